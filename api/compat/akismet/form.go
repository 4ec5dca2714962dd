package akismet

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"

	"github.com/tamis-moderation/tamis/api/body"
)

// form is what of a request's fields is read here. Blogs send their whole
// environment along; what has no meaning is passed over, however much it is.
type form struct {
	fields  map[string]string
	trapped string // what stands in the field that people don't see
}

func (f form) get(name string) string { return f.fields[name] }

// yes reports whether a field says so.
func (f form) yes(name string) bool {
	v := f.get(name)
	return v == "1" || strings.EqualFold(v, "true")
}

// meant lists the fields that are read.
var meant = func() map[string]bool {
	all := map[string]bool{}
	for _, name := range []string{
		"api_key", "key", "blog", "blog_charset", "user_ip", "user_agent", "permalink", "comment_type",
		"comment_author", "comment_author_email", "comment_author_url", "comment_content", "comment_date_gmt",
		"comment_parent", "comment_post_ID", "comment_ID", "user_role", "user_ID", "user_id", "is_test",
		"recheck_reason", "honeypot_field_name", "callback", "guid", "akismet_guid", "comment_guid",
		"extended", "month", "filter", "format", "order", "limit", "offset", "from", "comment_agent",
	} {
		all[name] = true
	}
	return all
}()

// maxParts bounds the parts of a multipart form that are looked at.
const maxParts = 2000

// pairs calls yield with each field of a request, in order.
type pairs func(yield func(name string, value func() string))

// readForm reads the fields of the address and of the body; those of the body count.
func readForm(g *gin.Context) (form, error) {
	raw, err := body.Read(g, body.Limit)
	if err != nil {
		return form{}, err
	}
	sent, charset, err := parse(g.GetHeader("Content-Type"), g.GetHeader("Content-Encoding"), raw)
	if err != nil {
		return form{}, err
	}
	f := form{fields: map[string]string{}}
	both := []pairs{urlencoded(g.Request.URL.RawQuery), sent}
	for _, source := range both {
		source(func(name string, value func() string) {
			if meant[name] {
				f.fields[name] = value()
			}
		})
	}
	f.trapped = trap(both, f.get("honeypot_field_name"))
	return f.recode(charset), nil
}

// trap gives what stands in the field that the form names as its trap.
func trap(sources []pairs, field string) string {
	if field == "" {
		return ""
	}
	found := ""
	for _, source := range sources {
		source(func(name string, value func() string) {
			if name == field || name == "POST_"+field {
				if v := strings.TrimSpace(value()); v != "" {
					found = v
				}
			}
		})
	}
	return found
}

// parse finds how a body is written. Headers that say nothing of use are taken
// for a form, since many clients send such.
func parse(contentType, coding string, raw []byte) (pairs, string, error) {
	if coding != "" && !strings.EqualFold(coding, "identity") {
		return nil, "", errBadType
	}
	media, params, err := mime.ParseMediaType(contentType)
	if err != nil || !strings.Contains(media, "/") {
		media, params = "", map[string]string{}
	}
	charset := params["charset"]
	switch {
	case media == "application/json" || media == "" && bytes.HasPrefix(bytes.TrimSpace(raw), []byte("{")):
		sent, err := object(raw)
		return sent, charset, err
	case media == "multipart/form-data":
		sent, err := parts(raw, params["boundary"])
		return sent, charset, err
	case media == "" || media == "application/x-www-form-urlencoded" || media == "text/plain" || media == "application/octet-stream":
		return urlencoded(string(raw)), charset, nil
	default:
		return nil, "", errBadType
	}
}

func urlencoded(raw string) pairs {
	return func(yield func(string, func() string)) {
		for pair := range strings.SplitSeq(raw, "&") {
			if pair == "" {
				continue
			}
			name, value, _ := strings.Cut(pair, "=")
			yield(unescape(name), func() string { return unescape(value) })
		}
	}
}

// unescape reads what can be read: a percent sign that begins no escape is one.
func unescape(s string) string {
	if !strings.ContainsAny(s, "%+") {
		return s
	}
	if clean, err := url.QueryUnescape(s); err == nil {
		return clean
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+':
			b.WriteByte(' ')
		case s[i] == '%' && i+2 < len(s):
			n, err := strconv.ParseUint(s[i+1:i+3], 16, 8)
			if err != nil {
				b.WriteByte('%')
				continue
			}
			b.WriteByte(byte(n))
			i += 2
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// object reads a flat JSON object; what is nested is passed over.
func object(raw []byte) (pairs, error) {
	if body.Check(raw) != nil {
		return nil, errBadForm
	}
	var fields map[string]any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if d.Decode(&fields) != nil {
		return nil, errBadForm
	}
	return func(yield func(string, func() string)) {
		for name, v := range fields {
			switch v := v.(type) {
			case string:
				yield(name, func() string { return v })
			case json.Number:
				yield(name, v.String)
			case bool:
				yield(name, func() string { return strconv.FormatBool(v) })
			}
		}
	}, nil
}

// parts reads a multipart form.
func parts(raw []byte, boundary string) (pairs, error) {
	type field struct{ name, value string }
	var fields []field
	r := multipart.NewReader(bytes.NewReader(raw), boundary)
	for len(fields) < maxParts {
		p, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, errBadForm
		}
		value, err := io.ReadAll(p)
		if err != nil {
			return nil, errBadForm
		}
		fields = append(fields, field{p.FormName(), string(value)})
	}
	return func(yield func(string, func() string)) {
		for _, f := range fields {
			yield(f.name, func() string { return f.value })
		}
	}, nil
}

// recode turns what is not UTF-8 into it: from the blog's charset, else from
// the one that old forms have.
func (f form) recode(header string) form {
	var from encoding.Encoding = charmap.Windows1252
	for _, name := range []string{f.get("blog_charset"), header} {
		if e, err := htmlindex.Get(name); err == nil && len(name) < 32 && !isUTF8(e) {
			from = e
			break
		}
	}
	decode := func(s string) string {
		if utf8.ValidString(s) {
			return s
		}
		if clean, err := from.NewDecoder().String(s); err == nil {
			return clean
		}
		return strings.ToValidUTF8(s, "\uFFFD")
	}
	for name, value := range f.fields {
		f.fields[name] = decode(value)
	}
	f.trapped = decode(f.trapped)
	return f
}

func isUTF8(e encoding.Encoding) bool {
	name, err := htmlindex.Name(e)
	return err == nil && name == "utf-8"
}
