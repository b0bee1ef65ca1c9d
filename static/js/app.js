// Each module adds one behaviour to the document and finds its elements by data-*. A few share code through imports.
// templates/_modules.html preloads them all.
import "./failures.js";
import "./themes.js";
import "./prompt.js";
import "./numbers.js";
import "./tray.js";
import "./picker.js";
import "./mentions.js";
import "./phrases.js";
import "./dragging.js";
import "./prompts.js";
import "./dialogs.js";
import "./settings.js";
import "./roving.js";
import "./submit.js";
import "./feed.js";
import "./preview.js";
import "./menu.js";
import "./copy.js";
import "./telling.js";
import "./draft.js";
import "./incoming.js";
