package program

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"plainchat/chat"
)

// openTerminal returns both ends of a pseudo terminal. Closing the first hangs up.
func openTerminal(t *testing.T) (master, terminal *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { master.Close() })
	fd := int(master.Fd())
	if err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if terminal, err = os.OpenFile(fmt.Sprint("/dev/pts/", n), os.O_RDWR|syscall.O_NOCTTY, 0); err != nil {
		t.Fatal(err)
	}
	return master, terminal
}

// TestTerminalCloses: whoever closes the window that the server was started in ends it as
// SIGTERM does, be it the terminal's first program or started by a shell.
func TestTerminalCloses(t *testing.T) {
	t.Parallel()
	for name, wrapped := range map[string][]string{"alone": nil, "by a shell": {"/bin/sh", "-c", `"$0" "$@"; true`}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			s.kill() // started anew, it is found where it was, whatever it writes to the terminal
			master, terminal := openTerminal(t)
			cmd := program(t, nil, append(s.args, "--listen="+s.listen, "--data="+s.data)...)
			if wrapped != nil {
				cmd.Args = append(wrapped[:len(wrapped):len(wrapped)], append([]string{cmd.Path}, cmd.Args[1:]...)...)
				cmd.Path = wrapped[0]
			}
			cmd.Stdin, cmd.Stdout, cmd.Stderr = terminal, terminal, terminal
			cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
			s.process = watch(t, cmd)
			terminal.Close()
			s.awaitAnswer()
			s.say(chat.Lobby, "hello")
			if wrapped == nil { // the signal alone, with the terminal still there, is no end
				s.hangUp()
				s.say(chat.Lobby, "still there")
			}
			stream := s.open("")
			master.Close()
			stream.checkGoodbye(t)
			if code := s.wait(); wrapped == nil && code != 0 {
				t.Errorf("it ended with %v", s.cmd.ProcessState)
			}
		})
	}
}

// hangUp sends SIGHUP.
func (s *server) hangUp() {
	s.t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		s.t.Fatal(err)
	}
}

// TestHangupOfService: a program without a terminal goes on after SIGHUP, and so does one
// started with the signal ignored.
func TestHangupOfService(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(*exec.Cmd){
		"service": func(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} },
		"nohup": func(cmd *exec.Cmd) {
			cmd.Args = append([]string{"sh", "-c", `trap "" HUP; exec "$0" "$@"`, cmd.Path}, cmd.Args[1:]...)
			cmd.Path = "/bin/sh"
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			s.kill()
			s.prepare = prepare
			s.start()
			for i := range 3 {
				s.hangUp()
				s.say(chat.Lobby, strconv.Itoa(i))
			}
			if code := s.terminate(); code != 0 {
				t.Errorf("exit code %d", code)
			}
		})
	}
}
