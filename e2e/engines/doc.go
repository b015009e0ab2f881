// Package engines tests the page in three engines: Chromium, Firefox and WebKit. One set of
// scenarios is run on each, with the real binary on a real port. It holds tests only.
//
// Chromium is driven by chromedp. Firefox is driven over WebDriver BiDi, WebKit over WebDriver;
// both have a window on a virtual screen, where an input method of the system composes Hangul
// from real key presses. All of them are Debian's packages, which "make browsers" installs.
package engines
