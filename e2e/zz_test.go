package e2e
import ("testing";"github.com/chromedp/chromedp";"github.com/chromedp/chromedp/kb";"time")
func TestZZ(t *testing.T) {
	s := startServer(t)
	p := openPage(t, s.url, "")
	t.Log(eval[string](p, `document.activeElement.id + " " + matchMedia("(pointer: fine)").matches`))
	p.do(insert("zero\u200bwidth"), chromedp.KeyEvent(kb.Enter))
	time.Sleep(2*time.Second)
	t.Log(eval[string](p, `document.activeElement.id + "|" + document.querySelector("#user-name").value+"|"+document.querySelector("#name-problem").textContent+"|"+document.querySelector("#message").value+"|"+document.querySelector("#identity").open`))
}
