package clients

import "testing"

const advert = "Buy cheap viagra and casino bonus now http://pills.example http://casino.example http://loans.example"

// told is what a client's script found.
type told struct {
	Valid, Invalid        bool
	Ham, Spam             string
	ThanksSpam, ThanksHam bool
	Refused               string
}

func (got told) as(t *testing.T, ham, spam string) {
	t.Helper()
	if !got.Valid || got.Invalid || got.Ham != ham || got.Spam != spam || !got.ThanksSpam || !got.ThanksHam || got.Refused == "" {
		t.Errorf("got %+v", got)
	}
}

func TestCedxAkismetClient(t *testing.T) {
	t.Parallel()
	var got told
	script(t, &got, "node", "cedx.mjs", running.base, running.key(t, "--wire", "akismet"), praise, advert)
	got.as(t, "ham", "spam")
}

// The key travels as the first label of the host.
func TestAkismetAPIClient(t *testing.T) {
	t.Parallel()
	var got told
	script(t, &got, "node", "akismet-api.mjs", running.host, running.key(t, "--wire", "akismet"), praise, advert)
	got.as(t, "false", "true")
}
