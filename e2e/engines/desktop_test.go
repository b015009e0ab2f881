//go:build linux

package engines

import (
	"context"
	"fmt"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// desktop is a virtual screen with a session bus, a window manager, a keyboard and an input method
// for Hangul.
type desktop struct {
	env    []string // of the programs on it
	layout string   // of the keyboard
}

var desktopPrograms = []string{"Xvfb", "openbox", "dbus-daemon", "xdotool", "ibus-daemon", "/usr/libexec/ibus-engine-hangul"}

// Layouts of the keyboard, as the input method names them.
const (
	latin  = "xkb:us::eng"
	korean = "hangul"
)

var (
	displayNumber = regexp.MustCompile(`^(\d+)\n`)
	busAddress    = regexp.MustCompile(`^(unix:.+)\n`)
)

// inputMethod makes the Hangul engine begin in Hangul, not in Latin letters.
const inputMethod = "[org/freedesktop/ibus/engine/hangul]\ninitial-input-mode='hangul'\n"

// startDesktop starts one of its own for the test. Nothing of it touches the home folder.
func startDesktop(t *testing.T) *desktop {
	t.Helper()
	home := t.TempDir()
	runtimeDir := filepath.Join(home, "run")
	settings := filepath.Join(home, ".config", "glib-2.0", "settings")
	for _, dir := range []string{runtimeDir, settings} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(settings, "keyfile"), []byte(inputMethod), 0o600); err != nil {
		t.Fatal(err)
	}
	d := &desktop{env: []string{
		"PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8", "HOME=" + home, "XDG_RUNTIME_DIR=" + runtimeDir, "GSETTINGS_BACKEND=keyfile",
		"GDK_BACKEND=x11", "LIBGL_ALWAYS_SOFTWARE=1", "GTK_IM_MODULE=ibus", "XMODIFIERS=@im=ibus", "NO_AT_BRIDGE=1",
	}}
	d.add("DISPLAY=:" + startProcess(t, d.env, displayNumber, "Xvfb", "-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp",
		"-r")) // a key that is held for long on a busy machine does not repeat
	d.add("DBUS_SESSION_BUS_ADDRESS=" + startProcess(t, d.env, busAddress, "dbus-daemon", "--config-file=testdata/bus.conf", "--address=unix:path="+filepath.Join(runtimeDir, "bus"), "--nofork", "--print-address"))
	startProcess(t, d.env, nil, "openbox", "--sm-disable")
	startProcess(t, d.env, nil, "ibus-daemon", "--xim", "--panel=disable")
	for d.setLayout(t.Context(), latin) != nil { // until the daemon is there
		if err := t.Context().Err(); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func (d *desktop) add(variable string) { d.env = append(d.env, variable) }

// run runs a program of the desktop to its end.
func (d *desktop) run(ctx context.Context, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = d.env
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, out)
	}
	return nil
}

// setLayout changes the layout of the keyboard.
func (d *desktop) setLayout(ctx context.Context, layout string) error {
	if d.layout == layout {
		return nil
	}
	if err := d.run(ctx, "ibus", "engine", layout); err != nil {
		return err
	}
	d.layout = layout
	return nil
}

// windows returns the windows of a program that are shown, as xdotool names them.
func (d *desktop) windows(ctx context.Context, class string) []string {
	cmd := exec.CommandContext(ctx, "xdotool", "search", "--onlyvisible", "--class", class)
	cmd.Env = d.env
	out, _ := cmd.Output() // it fails where there is none
	return strings.Fields(string(out))
}

// press presses keys of the screen's keyboard, which the input method has before the window.
func (d *desktop) press(ctx context.Context, keys string) error {
	if err := d.setLayout(ctx, latin); err != nil {
		return err
	}
	return d.typeKeys(ctx, keys)
}

func (d *desktop) compose(ctx context.Context, w word) error {
	if err := d.setLayout(ctx, korean); err != nil {
		return err
	}
	return d.typeKeys(ctx, w.letters)
}

func (d *desktop) endComposition(ctx context.Context) error { return d.typeKeys(ctx, keyEnter) }

var keysyms = map[string]string{keyEnter: "Return", keyEnd: "End"}

// typeKeys types texts, and between them the keys that have no character.
func (d *desktop) typeKeys(ctx context.Context, keys string) error {
	for part := range parts(keys) {
		args := []string{"type", "--", part}
		if keysym := keysyms[part]; keysym != "" {
			args = []string{"key", keysym}
		}
		if err := d.run(ctx, "xdotool", args...); err != nil {
			return err
		}
	}
	return nil
}

// parts cuts keys into texts and keys that have no character.
func parts(keys string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for keys != "" {
			end := strings.IndexAny(keys, keyEnter+keyEnd)
			switch end {
			case -1:
				end = len(keys)
			case 0:
				_, end = utf8.DecodeRuneInString(keys)
			}
			if !yield(keys[:end]) {
				return
			}
			keys = keys[end:]
		}
	}
}
