package mail

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/wneessen/go-mail"
)

// SMTP sends messages by a mail server.
type SMTP struct {
	Addr     string // host:port
	From     string // the sender, as in "Tamis <tamis@example.org>"
	Username string // empty = no sign-in
	Password string
	TLS      string // starttls, tls or none
}

const smtpTimeout = 30 * time.Second

// Send implements [Post].
func (p *SMTP) Send(ctx context.Context, m Message) error {
	out := mail.NewMsg()
	if err := out.From(p.From); err != nil {
		return fmt.Errorf("from: %w", err)
	}
	if err := out.AddToFormat(m.Name, m.To); err != nil {
		return fmt.Errorf("to: %w", err)
	}
	out.Subject(m.Subject)
	out.SetMessageIDWithValue(m.ID + "@tamis")
	out.SetDate()
	out.SetGenHeader("Auto-Submitted", "auto-generated")
	out.SetBodyString(mail.TypeTextPlain, m.Text)
	out.AddAlternativeString(mail.TypeTextHTML, m.HTML)
	client, err := p.client()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, smtpTimeout)
	defer cancel()
	return client.DialAndSendWithContext(ctx, out)
}

func (p *SMTP) client() (*mail.Client, error) {
	host, port, err := net.SplitHostPort(p.Addr)
	if err != nil {
		return nil, fmt.Errorf("smtp: %w", err)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		return nil, fmt.Errorf("smtp: %w", err)
	}
	options := []mail.Option{mail.WithPort(n), mail.WithTimeout(smtpTimeout)}
	switch p.TLS {
	case "none":
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	case "tls":
		options = append(options, mail.WithSSL())
	default:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if p.Username != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(p.Username), mail.WithPassword(p.Password))
	}
	client, err := mail.NewClient(host, options...)
	if err != nil {
		return nil, fmt.Errorf("smtp: %w", err)
	}
	return client, nil
}
