package main

import (
	"context"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/tamis-moderation/tamis/admin"
	"github.com/tamis-moderation/tamis/console"
	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/review"
	"github.com/tamis-moderation/tamis/webhook"
)

// console hands the use cases to the pages.
func (h *house) console(keys *admin.Keys, desk *review.Desk, closing <-chan struct{}) (*console.Console, error) {
	if !strings.HasPrefix(h.config.PublicURL, "https://") {
		h.log.Warn("public_url is not https: the console's cookies are not bound to an encrypted address")
	}
	sites := &admin.Sites{Store: h.store, Now: time.Now}
	books, users := &admin.Books{Store: h.store, Now: time.Now}, &admin.Users{Store: h.store, Now: time.Now}
	return console.New(console.Deps{
		Doors:    admin.NewSignIn(h.store, time.Now),
		People:   users,
		Sites:    sites,
		SiteActs: sites,
		Checker:  h.moderation,
		Books:    books,
		Policies: &admin.Policies{Store: h.store, Now: time.Now},
		Keyring:  keys,
		Hooks:    &webhook.Hooks{Store: h.store, Guard: h.guard, Now: time.Now, Changed: h.deliver.Call},
		Logbook:  &admin.Log{Store: h.store},
		Desk: console.Desk{
			Hands: desk, Decisions: desk, Waves: desk, Triage: desk, Texts: h.moderation,
			Book: books.Book, People: users.List, Colleagues: users.Colleagues, Pulse: h.store.Pulse,
		},
		Library: h.library(desk),
		Health:  h.health,
		Mail:    h.mailPages(),
		OpenID: console.OpenID{
			Issuer: h.config.OIDC.Issuer, ClientID: h.config.OIDC.ClientID, ClientSecret: h.config.OIDC.ClientSecret,
			Name: h.config.OIDC.Name,
		},
		PublicURL: h.config.PublicURL,
		Locale:    h.config.Locale,
		Address:   addressOf(h.config.TrustedProxies),
		Observe:   h.metrics.request,
		Closing:   closing,
		Now:       time.Now,
		Log:       h.log,
	})
}

// library is what people find and count.
func (h *house) library(desk *review.Desk) *review.Library {
	return &review.Library{Desk: desk, Store: h.store, Now: time.Now}
}

// desk is where people decide; comments of a kind go to the queue that the
// site's book names for it.
func (h *house) desk() *review.Desk {
	books := &admin.Books{Store: h.store, Now: time.Now}
	return &review.Desk{
		Store: h.store, Now: time.Now, Changed: h.deliver.Call,
		QueueOf: func(ctx context.Context, site models.SiteID, kind models.TriageKind) (string, error) {
			book, err := books.Book(ctx, site)
			if err != nil {
				return "", err
			}
			for _, q := range book.Book.Queues {
				if slices.Contains(q.Topics, string(kind)) {
					return q.ID, nil
				}
			}
			return "", nil
		},
	}
}

// addressOf tells whom a request comes from: the peer, or, where that is a proxy
// that the operator trusts, the last one that the proxies did not vouch for.
func addressOf(proxies []string) console.AddressOf {
	var trusted []netip.Prefix
	for _, p := range proxies {
		if prefix, err := netip.ParsePrefix(p); err == nil {
			trusted = append(trusted, prefix)
		} else if ip, err := netip.ParseAddr(p); err == nil {
			trusted = append(trusted, netip.PrefixFrom(ip, ip.BitLen()))
		}
	}
	trusts := func(ip netip.Addr) bool {
		return slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(ip.Unmap()) })
	}
	return func(r *http.Request) string {
		peer, err := netip.ParseAddrPort(r.RemoteAddr)
		if err != nil {
			return r.RemoteAddr
		}
		found := peer.Addr().Unmap()
		hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		for i := len(hops) - 1; i >= 0 && trusts(found); i-- {
			ip, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
			if err != nil {
				break
			}
			found = ip.Unmap()
		}
		return found.String()
	}
}
