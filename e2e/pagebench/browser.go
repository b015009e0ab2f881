package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/chromedp"
)

// browser is one Chromium, in which each tab is that of another person.
var browser context.Context

func startBrowser(profile string) (stop func(), err error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, // containers often run as root, where the sandbox cannot
		chromedp.UserDataDir(profile),
		chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("lang", "en"),
	)
	allocator, release := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, _ := chromedp.NewContext(allocator)
	if err := chromedp.Do(ctx); err != nil {
		release()
		return nil, fmt.Errorf("starting Chromium: %w", err)
	}
	browser = ctx
	return func() {
		_ = chromedp.Cancel(ctx) // waits until it has gone, and so for its profile
		release()
	}, nil
}

// tab is a page of somebody whose browser has nothing of earlier visits but their name.
type tab struct {
	ctx   context.Context
	close func()
}

type step = chromedp.Action[chromedp.Void]

// mostWait is how long a page may take for anything.
const mostWait = 3 * time.Minute

// observe makes a page note what nothing tells later.
const observe = `{
	window.bench = { longest: 0, lcp: 0, connected: 0 };
	const each = (type, note) => {
		const observer = new PerformanceObserver((list) => list.getEntries().forEach(note));
		observer.observe({ type, buffered: true });
		return observer;
	};
	const noteTask = ({ duration }) => (bench.longest = Math.max(bench.longest, duration));
	const tasks = each("longtask", noteTask);
	each("largest-contentful-paint", ({ startTime }) => (bench.lcp = startTime));
	bench.longestTask = async () => {
		await new Promise((resolve) => setTimeout(resolve, 100)); // until the last one is reported
		tasks.takeRecords().forEach(noteTask);
		return bench.longest;
	};
	const noteState = () => {
		if (!bench.connected && document.querySelector("#connection[data-state=open]")) bench.connected = performance.now();
	};
	new MutationObserver(noteState).observe(document, { subtree: true, childList: true, attributeFilter: ["data-state"] });
}`

// openTab opens a page that is loaded as often as slowdown says slower than the processor can.
func openTab(ctx context.Context, address string, slowdown float64) (*tab, error) {
	tabCtx, closeTab := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	bounded, cancel := context.WithTimeout(tabCtx, mostWait)
	unhook := context.AfterFunc(ctx, cancel)
	t := &tab{ctx: bounded, close: func() {
		unhook()
		cancel()
		closeTab()
	}}
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	err = chromedp.Do(t.ctx,
		command(cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: observe}),
		command(network.SetCookie, network.SetCookieParams{Name: "user_name", Value: "Ann", URL: u.Scheme + "://" + u.Host}),
		command(emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: slowdown}),
		command(performance.Enable, performance.EnableParams{TimeDomain: performance.EnableTimeDomainThreadTicks}),
		chromedp.EmulateViewport(1280, 800),
		chromedp.Navigate(address),
	)
	if err == nil {
		err = t.await(`bench.connected > 0`)
	}
	if err != nil {
		t.close()
		return nil, err
	}
	return t, nil
}

func command[P, R any](c cdp.Command[P, R], params P) step {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, c, params)
		return err
	})
}

// eval returns the value of an expression in the page, or what it promises.
func eval[T any](t *tab, expression string) (T, error) {
	value, err := chromedp.Run(t.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		return value, fmt.Errorf("%s: %w", expression, err)
	}
	return value, nil
}

// await waits until an expression is true, which it asks at each change of the page and now and then.
func (t *tab) await(expression string) error {
	_, err := eval[bool](t, fmt.Sprintf(`new Promise((resolve) => {
		const check = () => {
			if (!(%s)) return;
			observer.disconnect();
			clearInterval(timer);
			resolve(true);
		};
		const observer = new MutationObserver(check);
		observer.observe(document, { subtree: true, childList: true, attributes: true });
		const timer = setInterval(check, 50);
		check();
	})`, expression))
	return err
}

// awaitLast waits until the last message of the page has a text, and is painted.
func (t *tab) awaitLast(text string) error {
	if err := t.await(`[...document.querySelectorAll("#messages > li.message")].at(-1)?.textContent.includes(` + quote(text) + `)`); err != nil {
		return err
	}
	return t.settle()
}

// settle waits until what was changed is painted.
func (t *tab) settle() error {
	_, err := eval[bool](t, `new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(true))))`)
	return err
}

// work is what the page's main thread has done.
type work struct{ seconds, layouts float64 }

func (w work) since(before work) work {
	return work{w.seconds - before.seconds, w.layouts - before.layouts}
}

// work returns what was done since the page was opened: seconds of a processor, not of a clock.
func (t *tab) work() (w work, err error) {
	result, err := chromedp.Run(t.ctx, func(ctx context.Context, target *chromedp.Target) (performance.GetMetricsResult, error) {
		return cdp.Call(ctx, target, performance.GetMetrics, cdp.Empty{})
	})
	for _, metric := range result.Metrics {
		switch metric.Name {
		case "TaskDuration":
			w.seconds = metric.Value
		case "LayoutCount":
			w.layouts = metric.Value
		}
	}
	return w, err
}

// longestTask returns the longest one in milliseconds; 0 if none took 50.
func (t *tab) longestTask() (float64, error) { return eval[float64](t, `bench.longestTask()`) }

// forget has longestTask start again.
func (t *tab) forget() error {
	_, err := eval[float64](t, `bench.longestTask().then(() => (bench.longest = 0))`)
	return err
}

// quote writes a string as JavaScript does.
func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string is always JSON
	}
	return string(b)
}
