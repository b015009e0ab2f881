// Commands after /, by their names; in Hangul, which no name has, by what they do.

import { finder } from "../model/finder.js";
import { make } from "../view/make.js";
import { t } from "../words.js";

// What is put into the field: a space where more is to be written.
const values = { me: "/me ", topic: "/topic ", answer: "/answer ", help: "/help" };

const about = (name) => t(`page.help.${name}`);

export const commands = {
  prepare: () => null,
  find(query) {
    const rank = finder(query);
    const isFound = /\p{Script=Hangul}/u.test(query) ? (name) => rank(about(name)) < 2 : (name) => rank(name) === 0;
    return Object.keys(values).filter(isFound).map((name) => ({ value: values[name], draw: () => draw(name) }));
  },
};

const draw = (name) => [
  make("span", { className: "completion-name" }, `/${name}`), make("span", { className: "completion-about" }, about(name)),
];
