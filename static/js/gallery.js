// What only lists of many clips need.
import "./selecting.js";
import "./selecting-keys.js";
import "./place.js";
