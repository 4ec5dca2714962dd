package console_test

import (
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/tamis-moderation/tamis/models"
)

var (
	totpSecret   = regexp.MustCompile(`name="secret" value="([A-Z2-7]+)"`)
	recoveryCode = regexp.MustCompile(`<li><code>([a-z0-9]{10})</code>`)
)

// code is what an authenticator app shows: another library's, so that a fault
// of ours can't agree with itself.
func (h *house) code(secret string) string {
	h.t.Helper()
	code, err := totp.GenerateCode(secret, h.now())
	if err != nil {
		h.t.Fatal(err)
	}
	return code
}

func TestTheSecondStep(t *testing.T) {
	t.Parallel()
	h := setup(t)
	b := h.as(models.RoleModerator)
	m := totpSecret.FindStringSubmatch(b.get("/account/code").body)
	if m == nil {
		t.Fatal("no secret is shown")
	}
	secret := m[1]
	b.post("/account/code", "secret", secret, "code", "000000").want(t, "a wrong code", http.StatusUnprocessableEntity)
	on := b.post("/account/code", "secret", secret, "code", h.code(secret))
	codes := recoveryCode.FindAllStringSubmatch(on.body, -1)
	if on.status != http.StatusOK || len(codes) != 10 {
		t.Fatalf("%d, %d codes: %s", on.status, len(codes), short(on.body))
	}

	in := h.browser()
	in.post("/signin", "email", "moderator@example.org", "password", password, "back", "/try").want(t, "first step", http.StatusSeeOther, "/signin/code?back=%2Ftry")
	in.get("/account").want(t, "half way", http.StatusSeeOther)
	in.post("/signin/code", "code", h.code(secret)).want(t, "a code that was used", http.StatusUnprocessableEntity)
	in.post("/signin/code", "code", "12345x").want(t, "no code", http.StatusUnprocessableEntity)
	h.pass(30 * time.Second)
	fresh := h.code(secret)
	in.post("/signin/code", "code", fresh[:3]+" "+fresh[3:], "back", "/try").want(t, "in", http.StatusSeeOther, "/try")
	in.get("/account").want(t, "inside", http.StatusOK)

	for use, want := range []int{http.StatusSeeOther, http.StatusUnprocessableEntity} {
		lost := h.browser()
		lost.post("/signin", "email", "moderator@example.org", "password", password)
		if got := lost.post("/signin/code", "code", codes[0][1]); got.status != want {
			t.Errorf("recovery code, use %d: %d", use+1, got.status)
		}
	}

	secretLink, err := h.users.Link(t.Context(), "moderator@example.org", "test")
	if err != nil {
		t.Fatal(err)
	}
	h.browser().post("/signin/link", "token", secretLink).want(t, "a link asks for the code too", http.StatusSeeOther, "/signin/code")

	in.post("/account/code/off", "password", "wrong").want(t, "off without the password", http.StatusUnprocessableEntity)
	in.post("/account/code/off", "password", password).want(t, "off", http.StatusSeeOther, "/account")
	h.browser().post("/signin", "email", "moderator@example.org", "password", password).want(t, "one step again", http.StatusSeeOther, "/")
	h.browser().post("/signin/code", "code", fresh).want(t, "a code from nowhere", http.StatusSeeOther)
}

func TestALostSecondStepIsTakenOffByAnAdmin(t *testing.T) {
	t.Parallel()
	h := setup(t)
	b := h.as(models.RoleAdmin)
	u := h.person("lost@example.org", models.RoleModerator)
	secret := h.doors.NewTOTP()
	if _, err := h.doors.SetTOTP(t.Context(), u, secret, h.code(secret)); err != nil {
		t.Fatal(err)
	}
	b.post("/settings/team/"+u.ID+"/totp").want(t, "off", http.StatusSeeOther)
	h.browser().post("/signin", "email", "lost@example.org", "password", password).want(t, "one step", http.StatusSeeOther, "/")
}
