package program

import (
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// apprise has the real Apprise send a text to its address of a service, and fails unless Apprise is content with
// the answer.
func apprise(t *testing.T, title, text, address string) {
	t.Helper()
	cmd := exec.CommandContext(bounded(t), "apprise", "--disable-async", "--config=/dev/null", "-v", "--title="+title, "--body="+text, address)
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s: %v, %s", address, err, said)
	}
}

// Everything that Apprise can be pointed at a server of one's own with posts to a hook, and takes its answer for
// that of the service.
func TestApprise(t *testing.T) {
	if _, err := exec.LookPath("apprise"); err != nil {
		t.Skip("left out: there is no apprise; make tools installs it on Debian")
	}
	t.Parallel()
	s := newServer(t, "--compat=ntfy=localhost")
	_, secret := s.hookFor("backup", "home")
	host := strings.TrimPrefix(s.url, "http://")
	_, port, _ := strings.Cut(host, ":")
	for _, each := range []struct{ address, want string }{
		{"mmost://" + host + "/S", "T\nB"},
		{"mmost://bot@" + host + "/S?channel=ops", "T\nB"},
		{"rocket://" + host + "/?webhook=S&mode=webhook", "**T**\nB"},
		{"ntfy://me:S@" + host + "/nas?tags=tada&priority=high", "❗ 🎉 **T**\nB"},
		{"ntfy://" + host + "/S", "**T**\nB"},
		{"ntfy://localhost:" + port + "/S", "**T**\nB"},
		{"gotify://" + host + "/S?priority=high", "❗ **T**\nB"},
		{"gotify://" + host + "/hooks/S/token", "**T**\nB"},
		{"json://" + host + "/hooks/S", "**T**\nB"},
		{"form://" + host + "/hooks/S", "**T**\nB"},
		{"xml://" + host + "/hooks/S", "**T**\nB"},
	} {
		before := len(s.texts("home"))
		apprise(t, "T", "B", strings.ReplaceAll(each.address, "S", url.QueryEscape(secret)))
		if got := s.texts("home")[before:]; !slices.Equal(got, []string{"backup: " + each.want}) {
			t.Errorf("%s becomes %q, want %q", each.address, got, each.want)
		}
	}
}
