// Modules for lists of many clips.
import "./selecting.js";
import "./selecting-keys.js";
import "./place.js";
import "./density.js";
import "./look.js";
