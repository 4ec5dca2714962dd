package storetest

import (
	"testing"
)

func TestRedisIsKilledAndStartedAgain(t *testing.T) {
	t.Parallel()
	s := NewRedis(t)
	if !answersPing(s.port) {
		t.Fatal("a server that was started does not answer")
	}
	s.Kill()
	if answersPing(s.port) {
		t.Error("a server that was killed answers")
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	if !answersPing(s.port) {
		t.Error("a server that was started again does not answer")
	}
}

func TestDatabasesAreFresh(t *testing.T) {
	t.Parallel()
	if one, two := Postgres(t), Postgres(t); one == two {
		t.Errorf("got %s twice", one)
	}
}
