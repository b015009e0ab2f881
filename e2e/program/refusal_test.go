package program

import (
	"crypto/sha256"
	"database/sql"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"plainchat/store"
)

// contents is what is in a folder: a hash for each file.
func contents(t *testing.T, dir string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if entry.Type() == fs.ModeSocket || strings.HasPrefix(entry.Name(), "views.db") || strings.HasPrefix(entry.Name(), "search.db") {
			return nil // without content, or made of the log by a server that may be running
		}
		content, err := os.ReadFile(path)
		fmt.Fprintf(&all, "%s %x\n", path, sha256.Sum256(content))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// checkRefuses runs a command that must fail, with one sentence that has all the
// parts, and without a change in a folder.
func checkRefuses(t *testing.T, dir string, env, args []string, parts ...string) {
	t.Helper()
	checkExits(t, 1, dir, env, args, parts...)
}

// checkMisused is checkRefuses for a mistake in the arguments or the environment.
func checkMisused(t *testing.T, env, args []string, parts ...string) {
	t.Helper()
	checkExits(t, 2, t.TempDir(), env, args, parts...)
}

func checkExits(t *testing.T, want int, dir string, env, args []string, parts ...string) {
	t.Helper()
	before := contents(t, dir)
	p := launch(t, program(t, env, args...))
	code := p.wait()
	said := p.stderr.String()
	if code != want || p.stdout.String() != "" {
		t.Errorf("exit code %d and %q on the standard output", code, p.stdout)
	}
	if !strings.HasPrefix(said, "plainchat: ") || strings.Count(said, "\n") != 1 || !strings.HasSuffix(said, "\n") {
		t.Errorf("not one sentence: %q", said)
	}
	for _, part := range parts {
		if !strings.Contains(said, part) {
			t.Errorf("%q lacks %q", said, part)
		}
	}
	if after := contents(t, dir); after != before {
		t.Errorf("the folder had\n%sand has\n%s", before, after)
	}
	if left := contents(t, p.cmd.Dir); left != "" {
		t.Errorf("it left %s", left)
	}
}

// makeLog makes a data folder and lets change alter its database.
func makeLog(t *testing.T, change string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	log, err := store.Open(t.Context(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, "log.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), change); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestServeRefusesAddress(t *testing.T) {
	t.Parallel()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	taken := listener.Addr().String()
	dir := t.TempDir()
	data := "--data=" + filepath.Join(dir, "data")
	checkRefuses(t, dir, nil, []string{"serve", data, "--listen=" + taken}, taken, "in use", "--listen")
	checkRefuses(t, dir, []string{"PLAINCHAT_LISTEN=" + taken}, []string{data}, taken, "in use", "--listen")
	checkRefuses(t, dir, nil, []string{"serve", data, "--listen=192.0.2.1:80"}, "192.0.2.1:80", "--listen")
}

func TestServeRefusesFolder(t *testing.T) {
	t.Parallel()
	refuses := func(dir, data string, parts ...string) {
		t.Helper()
		checkRefuses(t, dir, nil, []string{"serve", "--listen=127.0.0.1:0", "--data=" + data}, append(parts, data)...)
	}
	other := newServer(t)
	other.say("tea", "hello")
	refuses(other.data, other.data, "in use by another plainchat", "--data")

	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	refuses(dir, file, "is a file", "--data")
	refuses(dir, filepath.Join(file, "data"), "--data")

	newer := makeLog(t, "PRAGMA user_version = 99")
	refuses(newer, newer, "newer plainchat", "99")
	foreign := makeLog(t, "PRAGMA application_id = 7")
	refuses(foreign, foreign, "not a plainchat log", "--data")
	altered := makeLog(t, "CREATE TRIGGER gone AFTER INSERT ON log BEGIN DELETE FROM log; END")
	refuses(altered, altered, `trigger "gone"`, "restore a backup")
}

// misuses are arguments that are wrong, and what is said of them.
var misuses = map[string]string{
	"--no-such-flag":                          "--no-such-flag",
	"--rate-limit -1":                         `--rate-limit: "-1" is less than 0; write a whole number above 0, or 0 for no limit; see plainchat serve --help`,
	"--retention -5d":                         `--retention: "-5d" is not a time to keep messages`,
	"--max-streams x":                         `--max-streams: "x" is not a whole number`,
	"--max-streams 99999999999999999999":      `"99999999999999999999" is too large; write`,
	"--max-streams -99999999999999999999":     "is less than 0",
	"bench --size -.5":                        `--size: "-.5" is not a whole number; write 0 or more; see plainchat bench --help`,
	"--listen 5001":                           "--listen has to say where port 5001 is: 127.0.0.1:5001 is for",
	"--listen here":                           `"here" is none`,
	"--listen 127.0.0.1:70000":                `"127.0.0.1:70000" is none`,
	"--listen ::1:5001":                       `"::1:5001" is none`,
	"--data":                                  "--data needs a value, as in --data=VALUE",
	"send --name --whole":                     `--name needs a value; if that is "--whole", write --name=--whole`,
	"send -1":                                 "unknown flag -1; write -- before",
	"send --url chat.example.org x":           "--url: it is not a whole address; write it like",
	"send --url ftp://127.0.0.1:1 x":          "--url: it is not a whole address; write it like",
	"--public-url chat.example.org:80":        "--public-url: it is not a whole address; write it like",
	"sned hello":                              `there is no command "sned", did you mean "send"?; see plainchat --help`,
	"help sned":                               `there is no command "sned", did you mean "send"?`,
	"tail lobby":                              "unexpected argument lobby; the command is: plainchat tail [flags]",
	"backup":                                  "the argument <file> is missing; the command is: plainchat backup <file>",
	"tail --romo=a":                           `did you mean "--room"`,
	"completion ksh":                          `"bash","zsh","fish"`,
	"serve --rate-limit=-1":                   "--rate-limit",
	"serve --rate-limit=many":                 "--rate-limit",
	"serve --write-limit=-1":                  "--write-limit",
	"serve --read-limit=fast":                 "--read-limit",
	"serve --read-limit=3GiB":                 "write it like 64KiB or 4MiB, or 0 for no limit",
	"serve --max-streams=-1":                  "--max-streams",
	"serve --max-streams-per-client=-1":       "--max-streams-per-client",
	"serve --retention=-1h":                   "--retention",
	"serve --retention=month":                 "--retention",
	"serve --retention=9x":                    "30d or 12h",
	"--max-size ten":                          `--max-size: "ten" is not a size; write it like 10GB or 512MiB`,
	"--max-size -1GB":                         "is not a size",
	"--max-size 10":                           "write it with a unit",
	"--max-size 99999EB":                      "is not a size",
	"serve --log-level=loud":                  "debug, info, warn or error",
	"serve --listen=":                         "127.0.0.1:5001",
	"serve --allowed-hosts=http://a":          "names like chat.lan",
	"serve --allowed-hosts=,a":                "names like chat.lan",
	"check --data=":                           "--data",
	"tail --since=yesterday":                  "--since",
	"serve --log-format=xml":                  "--log-format",
	"serve --trusted-proxy=nonsense":          "10.0.0.0/8",
	"serve --tls-cert=cert.pem":               "--tls-key",
	"serve --public-url=chat.example.org":     "--public-url",
	"serve --public-url=https://a.example/xy": "--public-url",
	"serve --listen=127.0.0.1:0 --data=":      "--data",
	"send --url=nonsense hello":               "--url",
	"send --room=a.b hello":                   "room name",
	"tail --url=ftp://127.0.0.1/":             "--url",
	"tail --room=a/b":                         "room name",
	"tail --room=a.b":                         "'-' and '_'; see",
	"sing":                                    "sing",
}

func TestRefusesFlags(t *testing.T) {
	t.Parallel()
	for args, part := range misuses {
		t.Run(args, func(t *testing.T) {
			t.Parallel()
			checkMisused(t, nil, strings.Fields(args), part)
		})
	}
	t.Run("certificate", func(t *testing.T) {
		t.Parallel()
		checkRefuses(t, t.TempDir(), nil, []string{"--tls-cert=none", "--tls-key=none"}, "--tls-cert")
	})
	t.Run("environment", func(t *testing.T) {
		t.Parallel()
		checkMisused(t, []string{"PLAINCHAT_RATE_LIMIT=many"}, nil, "PLAINCHAT_RATE_LIMIT", "many")
		checkMisused(t, []string{"PLAINCHAT_LISTEN=5001"}, nil, "PLAINCHAT_LISTEN has to say")
		checkMisused(t, []string{"PLAINCHAT_URL=chat"}, []string{"health"}, "PLAINCHAT_URL: it is not a whole address")
	})
}
