//go:build linux

package engines

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

type chromium struct{ ctx context.Context }

func startChromium(t *testing.T) browser {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, // containers often run as root, where the sandbox cannot
		chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("lang", "en"),
	)
	allocator, release := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(release)
	ctx, _ := chromedp.NewContext(allocator)
	t.Cleanup(func() { _ = chromedp.Cancel(ctx) }) // waits until the browser has gone, and so for its profile
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("starting Chromium: %v", err)
	}
	return chromium{ctx}
}

func (c chromium) person(t *testing.T) person {
	t.Helper()
	ctx, cancel := chromedp.NewContext(c.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return chromiumPerson{ctx}
}

// chromiumPerson is the first tab of a browser context, which stays empty.
type chromiumPerson struct{ ctx context.Context }

func (p chromiumPerson) tab(context.Context) (driver, error) {
	ctx, cancel := chromedp.NewContext(p.ctx)
	return &chromiumTab{tab: ctx, cancel: cancel}, chromedp.Do(ctx)
}

type chromiumTab struct {
	tab      context.Context
	cancel   func()
	composed string // by the input method so far, and not yet put into the field
}

// do takes steps in the tab, for no longer than ctx.
func (c *chromiumTab) do(ctx context.Context, steps ...chromedp.Action[chromedp.Void]) error {
	limited, cancel := c.within(ctx)
	defer cancel()
	return chromedp.Do(limited, steps...)
}

// within makes a context of the tab that ends with another.
func (c *chromiumTab) within(ctx context.Context) (context.Context, func()) {
	limited, cancel := context.WithCancel(c.tab)
	stop := context.AfterFunc(ctx, cancel)
	return limited, func() { stop(); cancel() }
}

func (c *chromiumTab) navigate(ctx context.Context, address string) error {
	return c.do(ctx, chromedp.Navigate(address))
}

func (c *chromiumTab) eval(ctx context.Context, expression string) (json.RawMessage, error) {
	limited, cancel := c.within(ctx)
	defer cancel()
	text, err := chromedp.Run(limited, chromedp.Evaluate[string](asJSON(expression), chromedp.EvalAwaitPromise))
	return json.RawMessage(text), err
}

func (c *chromiumTab) front(ctx context.Context) error {
	return c.do(ctx, command(cdppage.BringToFront, cdp.Empty{}))
}

func (c *chromiumTab) click(ctx context.Context, selector string) error {
	return c.do(ctx, chromedp.Click(chromedp.CSS(selector)))
}

var chromiumKeys = strings.NewReplacer(keyEnter, kb.Enter, keyEnd, kb.End)

func (c *chromiumTab) press(ctx context.Context, keys string) error {
	return c.do(ctx, chromedp.KeyEvent(chromiumKeys.Replace(keys)))
}

// compose plays an input method.
func (c *chromiumTab) compose(ctx context.Context, w word) error {
	for i, states := range w.syllables {
		for _, state := range states {
			composing := input.ImeSetCompositionParams{Text: state, SelectionStart: 1, SelectionEnd: 1}
			if err := c.do(ctx, command(input.ImeSetComposition, composing)); err != nil {
				return err
			}
		}
		c.composed = states[len(states)-1]
		if i == len(w.syllables)-1 {
			break
		}
		if err := c.do(ctx, insert(c.composed)); err != nil {
			return err
		}
	}
	return nil
}

// endComposition ends the last syllable before it hands on the Enter key, as input methods do.
func (c *chromiumTab) endComposition(ctx context.Context) error {
	if err := c.do(ctx, composingEnter, insert(c.composed)); err != nil {
		return err
	}
	return c.press(ctx, keyEnter)
}

// insert types a text as an input method does when it is done with it.
func insert(text string) chromedp.Action[chromedp.Void] {
	return command(input.InsertText, input.InsertTextParams{Text: text})
}

// composingEnter is the Enter key while an input method has it (key code 229).
var composingEnter = command(input.DispatchKeyEvent, input.DispatchKeyEventParams{
	Type: input.DispatchKeyEventTypeRawKeyDown, Key: "Enter", Code: "Enter", WindowsVirtualKeyCode: 229,
})

func (c *chromiumTab) close(context.Context) error {
	c.cancel()
	return nil
}

// command makes a step of a command of the DevTools protocol.
func command[P, R any](c cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, c, params)
		return err
	})
}
