package main

import (
	"context"
	"time"

	"github.com/tamis-moderation/tamis/admin"
	"github.com/tamis-moderation/tamis/console"
	"github.com/tamis-moderation/tamis/mail"
)

// mail gives what goes by mail; nil where no mail server is set.
func (h *house) mail() *mail.Service {
	c := h.config.SMTP
	if c.Addr == "" {
		return nil
	}
	users := &admin.Users{Store: h.store, Now: time.Now}
	return &mail.Service{
		Store: h.store, Link: users.Link, Base: h.config.BaseURL(), Locale: h.config.Locale, Hour: c.DigestHour,
		Post:    &mail.SMTP{Addr: c.Addr, From: c.From, Username: c.Username, Password: c.Password, TLS: c.TLS},
		Changed: h.deliver.Call, Now: time.Now, Log: h.log,
	}
}

// mailPages hands mail to the console, where there is any.
func (h *house) mailPages() console.Mail {
	if m := h.mail(); m != nil {
		return m
	}
	return nil
}

// mailLoops are what files and sends mail.
func (h *house) mailLoops() map[string]func(context.Context) (bool, error) {
	m := h.mail()
	if m == nil {
		return nil
	}
	return map[string]func(context.Context) (bool, error){"mail": m.SendDue, "mail filing": m.FileDue}
}
