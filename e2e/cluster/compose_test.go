package cluster

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"plainchat/cluster/natstest"
)

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, file))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// compose returns what docker-compose makes of docker-compose.yml; it needs no Docker for that.
func compose(t *testing.T, env []string, args ...string) string {
	t.Helper()
	program, err := exec.LookPath("docker-compose")
	if err != nil {
		t.Skip("left out: there is no docker-compose; make tools installs it on Debian")
	}
	cmd := exec.CommandContext(bounded(t), program, args...)
	cmd.Dir, cmd.Env = root, append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}, env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("docker-compose %v: %v\n%s", args, err, out)
	}
	return string(out)
}

// docker-compose.yml can be read with an environment and without one: nothing of the profile cluster is
// in the way of a single node.
func TestCompose(t *testing.T) {
	for _, profile := range [][]string{nil, {"--profile", "cluster"}} {
		if out := compose(t, nil, append(profile, "config", "-q")...); out != "" {
			t.Errorf("%v: docker-compose says %q", profile, out)
		}
	}
	env := []string{"NATS_PASSWORD=12345", "NATS_ROUTE_PASSWORD=abc", "PLAINCHAT_DOMAIN=chat.example.org, chat.example.net", "PLAINCHAT_ADDRESS=0.0.0.0"}
	config := compose(t, env, "--profile", "cluster", "config")
	for _, want := range []string{
		"PLAINCHAT_NATS: nats://plainchat:12345@nats-1:4222,nats://plainchat:12345@nats-2:4222,nats://plainchat:12345@nats-3:4222",
		"PLAINCHAT_ALLOWED_HOSTS: chat.example.org, chat.example.net,localhost,node-1,node-2,node-3",
		"PLAINCHAT_DOMAIN: chat.example.org, chat.example.net",
		"- 0.0.0.0:443:443/tcp",
		`"nats://route:abc@nats-3:6222"]`,
	} {
		if !strings.Contains(config, want) {
			t.Errorf("docker-compose makes no %q of it:\n%s", want, config)
		}
	}
	for _, volume := range []string{"nats-1-data", "nats-2-data", "nats-3-data", "node-1-data", "node-2-data", "node-3-data"} {
		if n := strings.Count(config, "- "+volume+":/data"); n != 1 {
			t.Errorf("%s is the folder of %d services", volume, n)
		}
	}
}

// The servers of docker-compose.yml are those that everything is tested with.
func TestVersionOfNATS(t *testing.T) {
	image := regexp.MustCompile(`image: nats:(\S+)-alpine`).FindStringSubmatch(read(t, "docker-compose.yml"))
	module := regexp.MustCompile(`nats-server/v2 v(\S+)`).FindStringSubmatch(read(t, "tools/go.mod"))
	if image == nil || module == nil || image[1] != module[1] {
		t.Errorf("the image is %q, and the module %q", image, module)
	}
}

// A server of docker-compose.yml does not start without its passwords, nor with one that an address could not
// have, and says what to do; it takes any of letters and digits.
func TestPasswordsOfNATS(t *testing.T) {
	path := filepath.Dir(natstest.Program(t)) + string(os.PathListSeparator) + os.Getenv("PATH")
	start := func(password, route string) (string, error) {
		cmd := exec.CommandContext(bounded(t), "/bin/sh", root+"/cluster/nats.sh", "-t", "-c", root+"/cluster/nats.conf")
		cmd.Env = []string{"PATH=" + path, "NATS_PASSWORD=" + password, "NATS_ROUTE_PASSWORD=" + route, "NATS_NAME=n", "NATS_LISTEN=127.0.0.1:1", "NATS_MONITOR=127.0.0.1:2",
			"NATS_CLUSTER_LISTEN=127.0.0.1:3", "NATS_STORE=" + t.TempDir(), `NATS_ROUTES=["nats://route:` + route + `@127.0.0.1:3"]`}
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	for _, wrong := range []string{"", "a@b", "a b", `a"`, "$a", "ä"} {
		if out, err := start(wrong, "right"); err == nil || !strings.Contains(out, "Set NATS_PASSWORD to letters and digits") {
			t.Errorf("NATS_PASSWORD=%q: %q, %v", wrong, out, err)
		}
		if out, err := start("right", wrong); err == nil || !strings.Contains(out, "Set NATS_ROUTE_PASSWORD to letters and digits") {
			t.Errorf("NATS_ROUTE_PASSWORD=%q: %q, %v", wrong, out, err)
		}
	}
	for _, right := range []string{"secret", "12345", "12e5", "true", "1h", "0x1f"} {
		if out, err := start(right, right); err != nil {
			t.Errorf("with the passwords %q: %v\n%s", right, err, out)
		}
	}
}
