// What both the page and the modules that it loads later stand on. Each of those imports this, so that
// all of it is one file: else it would be cut into one for each combination that shares something.

import "./answer.js";
import "./client.js";
import "./complete.js";
import "./enter.js";
import "./input-method.js";
import "./model/person.js";
import "./storage.js";
import "./view/message.js";
import "./view/parts.js";
import "./words.js";
