package webhook

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"code.dny.dev/ssrf"

	"github.com/tamis-moderation/tamis/models"
)

const (
	attemptTimeout = 15 * time.Second
	maxURL         = 2048
)

// Guard knows which addresses may be called: public ones over https, and what
// the operator named.
type Guard struct {
	hosts    map[string]bool // host:port
	prefixes []netip.Prefix
}

// NewGuard reads the operator's list: host:port, address or CIDR.
func NewGuard(allow []string) (*Guard, error) {
	g := &Guard{hosts: map[string]bool{}}
	for _, a := range allow {
		if p, err := netip.ParsePrefix(a); err == nil {
			g.prefixes = append(g.prefixes, p.Masked())
			continue
		}
		if ip, err := netip.ParseAddr(a); err == nil {
			g.prefixes = append(g.prefixes, netip.PrefixFrom(ip, ip.BitLen()))
			continue
		}
		if _, _, err := net.SplitHostPort(a); err != nil {
			return nil, fmt.Errorf("webhooks.allow: %q is neither host:port nor a CIDR", a)
		}
		g.hosts[strings.ToLower(a)] = true
	}
	return g, nil
}

// CheckURL refuses addresses that could never be called. What a name resolves
// to is checked at each connection, see [Guard.Client].
func (g *Guard) CheckURL(raw string) error {
	fault := func(detail string) error {
		return models.Fields(models.FieldError{Field: "url", Detail: detail})
	}
	u, err := url.Parse(raw)
	switch {
	case len(raw) > maxURL:
		return fault(fmt.Sprintf("is longer than %d bytes", maxURL))
	case err != nil || u.Host == "" || u.Hostname() == "":
		return fault("is not an absolute address")
	case u.Scheme != "https" && u.Scheme != "http":
		return fault("must start with https://")
	case u.User != nil:
		return fault("must not carry a user or password")
	case u.Fragment != "":
		return fault("must not carry a fragment")
	}
	if g.named(hostPort(u)) {
		return nil
	}
	if u.Scheme != "https" {
		return fault("must start with https:// (http is for addresses that the operator named in webhooks.allow)")
	}
	if port := u.Port(); port != "" && port != "443" && port != "8443" {
		return fault("must use port 443 or 8443 (others are for addresses that the operator named in webhooks.allow)")
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil && g.control()(tcp(ip), netip.AddrPortFrom(ip, 443).String(), nil) != nil {
		return fault("is a private address (the operator may name it in webhooks.allow)")
	}
	if strings.EqualFold(u.Hostname(), "localhost") {
		return fault("is a private address (the operator may name it in webhooks.allow)")
	}
	return nil
}

// Client gives an HTTP client that follows no redirect, uses no proxy, and
// connects to nothing private that the operator did not name: the resolved
// address is what counts, so a name that changes its mind gains nothing.
func (g *Guard) Client() *http.Client {
	guarded := &net.Dialer{Timeout: 5 * time.Second, Control: g.control()}
	plain := &net.Dialer{Timeout: 5 * time.Second}
	return &http.Client{
		Timeout: attemptTimeout,
		Transport: &http.Transport{
			DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
				if g.hosts[strings.ToLower(addr)] {
					return plain.DialContext(ctx, network, addr)
				}
				return guarded.DialContext(ctx, network, addr)
			},
			ForceAttemptHTTP2:      true,
			MaxIdleConnsPerHost:    2,
			MaxResponseHeaderBytes: 64 << 10,
			ResponseHeaderTimeout:  attemptTimeout,
			IdleConnTimeout:        90 * time.Second,
			TLSHandshakeTimeout:    5 * time.Second,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// named reports whether the operator named this host:port, or its address.
func (g *Guard) named(hostport string) bool {
	if g.hosts[strings.ToLower(hostport)] {
		return true
	}
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && g.allowsIP(ip)
}

func (g *Guard) allowsIP(ip netip.Addr) bool {
	return slices.ContainsFunc(g.prefixes, func(p netip.Prefix) bool { return p.Contains(ip.Unmap()) })
}

// control checks each address that a connection is about to be made to. The
// operator's own prefixes pass on any port; the rest is the guard's, on 443 and 8443.
func (g *Guard) control() func(network, address string, c syscall.RawConn) error {
	public := ssrf.New(ssrf.WithPorts(443, 8443)).Safe
	return func(network, address string, c syscall.RawConn) error {
		if ap, err := netip.ParseAddrPort(address); err == nil && g.allowsIP(ap.Addr()) {
			return nil
		}
		return public(network, address, c)
	}
}

func tcp(ip netip.Addr) string {
	if ip.Is4() {
		return "tcp4"
	}
	return "tcp6"
}

func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"https": "443", "http": "80"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}
