package storetest

import (
	"errors"
	"reflect"
	"testing"

	"github.com/tamis-moderation/tamis/store"
)

// Every act of the contract can be made to fail, and fails alone.
func TestFailEveryAct(t *testing.T) {
	t.Parallel()
	want := errors.New("no")
	acts := reflect.TypeFor[store.Store]()
	for i := range acts.NumMethod() {
		name := acts.Method(i).Name
		method := reflect.ValueOf(Fail(nil, name, want)).MethodByName(name)
		args := []reflect.Value{}
		for i := range method.Type().NumIn() {
			args = append(args, reflect.Zero(method.Type().In(i)))
		}
		if len(args) > 0 {
			args[0] = reflect.ValueOf(t.Context())
		}
		results := method.Call(args)
		if got := results[len(results)-1].Interface(); got != want {
			t.Errorf("%s: got %v, want the error asked for", name, got)
		}
	}
	s := New(t)
	if err := Fail(s, "Policy", want).Ping(t.Context()); err != nil {
		t.Errorf("another act: got %v", err)
	}
}

func TestFailUnknownActPanics(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("a misspelt act was accepted")
		}
	}()
	Fail(nil, "RecordJudgment", nil)
}
