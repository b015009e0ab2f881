package locale

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"
)

func TestError(t *testing.T) {
	cause := &fs.PathError{Op: "open", Path: "x", Err: errors.New("permission denied")}
	err := NewError("cli.folder.write", "dir", `"data"`, "cause", cause)
	const english = `cannot write to the data folder "data" (open x: permission denied); make it writable or choose another with --data`
	const korean = `데이터 폴더 "data"에 쓸 수 없습니다(open x: 권한이 없습니다). 쓸 수 있게 하거나, --data로 다른 폴더를 지정하세요.`
	if err.Error() != english || English.Say(err) != english || Korean.Say(err) != korean {
		t.Errorf("%q, %q", err, Korean.Say(err))
	}
	if !errors.Is(err, cause) {
		t.Error("it does not wrap its cause")
	}
	for _, outer := range []error{fmt.Errorf("--data: %w", err), NewError("cli.mistake.of", "flag", "--data", "mistake", err)} {
		if outer.Error() != "--data: "+english || Korean.Say(outer) != "--data: "+korean {
			t.Errorf("%q, %q", outer, Korean.Say(outer))
		}
	}
}

func TestOfRule(t *testing.T) {
	err := OfRule("message", "too_long", 8000)
	if err.Error() != "The message is longer than 8,000 characters; shorten it or send it in parts." || Korean.Say(err) != "메시지가 8,000자를 넘습니다. 줄이거나 나눠서 보내세요." {
		t.Errorf("%q, %q", err, Korean.Say(err))
	}
}
