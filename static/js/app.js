// Every behaviour is a module that listens on the document and finds its elements by data-*; none depends on another.
import "./failures.js";
import "./themes.js";
import "./fields.js";
import "./prompt.js";
import "./length.js";
import "./seed.js";
import "./listings.js";
import "./tokens.js";
import "./examples.js";
import "./submit.js";
import "./elapsed.js";
import "./preview.js";
import "./copy.js";
import "./neighbours.js";
import "./draft.js";
