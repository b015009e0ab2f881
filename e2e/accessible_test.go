package e2e

import (
	_ "embed"
	"strings"
	"testing"
)

//go:embed testdata/focus.js
var focusFaults string

// TestAccessible looks at every state, on a desktop and on a phone, in both themes.
func TestAccessible(t *testing.T) {
	t.Parallel()
	source := axeSource(t)
	for _, st := range states {
		for _, on := range []screen{{desktop, "light", "en"}, {phone, "light", "ko"}} {
			t.Run(st.name+"-"+on.device.name, func(t *testing.T) {
				t.Parallel()
				p := st.show(t, on)
				world := p.isolatedWorld()
				evalIn[any](p, world, source+"; 0")
				for _, theme := range []string{"light", "dark"} {
					p.do(atOnce(theme))
					p.wantNone(theme+": axe-core", evalIn[[]string](p, world, runAxe))
					p.wantContrast()
				}
				p.wantReflow()
				p.do(on.shape())
				p.wantNone("the focus", eval[[]string](p, focusFaults))
				p.do(media("forced-colors", "active"))
				p.wantNone("the focus in forced colours", eval[[]string](p, focusFaults))
			})
		}
	}
}

// wantNone fails the test if somebody found fault.
func (p *page) wantNone(finder string, faults []string) {
	p.t.Helper()
	if len(faults) > 0 {
		p.t.Errorf("%s:\n%s", finder, strings.Join(faults, "\n"))
	}
}

// wantReflow checks that nothing scrolls sideways in windows as small as zoom makes them: 1280
// pixels at 200 % and at 400 %.
func (p *page) wantReflow() {
	p.t.Helper()
	for _, small := range []device{{"200 %", 640, 400, false}, {"400 %", 320, 568, false}} {
		p.do(small.shape())
		p.wantNone("at "+small.name, eval[[]string](p, sideways))
	}
}

// sideways returns what is wider than the window or than its own box, but for what scrolls by
// itself, such as code.
const sideways = `[document.documentElement, ...document.querySelectorAll("#viewport, .viewport, main, header, nav, dialog")]
	.filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth)
	.map((e) => e.tagName + "#" + e.id + "." + e.className + ": " + e.scrollWidth + " in " + e.clientWidth)`
