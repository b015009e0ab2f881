package e2e

import (
	"context"
	"embed"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

//go:embed axe
var axe embed.FS

// runAxe returns what axe-core finds fault with, best practices included.
const runAxe = `axe.run(document, { resultTypes: ["violations"], runOnly: {
	type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
} }).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map((node) =>
	[id, node.target.join(" "), node.failureSummary.replace(/\s+/g, " "), node.html.slice(0, 200)].join(" | "))))`

// axeSource returns axe-core itself.
func axeSource(t *testing.T) string {
	t.Helper()
	source, err := os.ReadFile(filepath.Join(installPackages(t, axe, "axe"), "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	return string(source)
}

// isolatedWorld makes a world of scripts beside the page's, which shares its elements alone: not
// its content security policy, nor whether it has scripts.
func (p *page) isolatedWorld() runtime.ExecutionContextID {
	p.t.Helper()
	p.do(command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{})) // in worlds of their own too
	world, err := chromedp.Run(p.ctx, func(ctx context.Context, target *chromedp.Target) (cdppage.CreateIsolatedWorldResult, error) {
		tree, err := cdp.Call(ctx, target, cdppage.GetFrameTree, cdp.Empty{})
		if err != nil {
			return cdppage.CreateIsolatedWorldResult{}, err
		}
		return cdp.Call(ctx, target, cdppage.CreateIsolatedWorld, cdppage.CreateIsolatedWorldParams{FrameID: tree.FrameTree.Frame.ID})
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return world.ExecutionContextID
}

// evalIn is eval in a world.
func evalIn[T any](p *page, world runtime.ExecutionContextID, expression string) T {
	p.t.Helper()
	value, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise, func(params *runtime.EvaluateParams) {
		params.ContextID = world
	}))
	if err != nil {
		p.t.Fatal(err)
	}
	return value
}
