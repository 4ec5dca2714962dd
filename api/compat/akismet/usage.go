package akismet

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

// The counters of the wire. A check counts by what it was answered at first.
const (
	countSpam   = "akismet.spam"
	countHam    = "akismet.ham"
	countHeld   = "akismet.held"
	countMissed = "akismet.missed_spam"
	countFalse  = "akismet.false_positives"
)

const month = "2006-01"

// usageOut is how much was asked this month. There is no limit.
type usageOut struct {
	Limit       string `json:"limit" enums:"none"`
	Usage       int64  `json:"usage"`
	Percentage  string `json:"percentage"`
	Throttled   bool   `json:"throttled"`
	NoticeLevel string `json:"notice_level,omitempty"` // with extended
	Upgrade     *bool  `json:"upgrade,omitempty"`      // false, with extended
}

// siteOut is one site's month; the original writes counts as strings.
type siteOut struct {
	Site           string `json:"site"`
	APICalls       string `json:"api_calls"`
	Spam           string `json:"spam"`
	Ham            string `json:"ham"`
	MissedSpam     string `json:"missed_spam"`
	FalsePositives string `json:"false_positives"`
	IsRevoked      bool   `json:"is_revoked"`
}

// subscriptionOut is what is subscribed to: nothing.
type subscriptionOut struct {
	AccountID       string `json:"account_id"`
	AccountName     string `json:"account_name"`
	AccountType     string `json:"account_type"`
	Status          string `json:"status" enums:"active"`
	NextBillingDate bool   `json:"next_billing_date"`
	LimitReached    bool   `json:"limit_reached"`
}

// usageLimit tells how much was asked this month.
//
//	@Summary		How much was asked this month (Akismet)
//	@Tags			akismet
//	@Produce		json
//	@Param			api_key		query		string	false	"The key"
//	@Param			extended	query		string	false	"true or 1: with notice_level and upgrade"
//	@Success		200			{object}	usageOut
//	@Failure		429,500,503	{string}	string	"invalid or error, with X-akismet-debug-help"
//	@Router			/1.2/usage-limit [get]
//	@Router			/1.2/usage-limit [post]
func (a *API) usageLimit(c call) {
	n, err := a.Tally.Month(c.Request.Context(), c.key.Site, a.Now())
	if err != nil {
		a.Refuse(c.Context, err)
		return
	}
	out := usageOut{Limit: "none", Usage: asked(n), Percentage: "0.00"}
	if c.form.yes("extended") {
		out.NoticeLevel, out.Upgrade = "NOTICE_NONE", new(bool)
	}
	c.JSON(http.StatusOK, out)
}

func asked(n map[string]int64) int64 { return n[countSpam] + n[countHam] + n[countHeld] }

// keySites tells what the key's site asked in a month.
//
//	@Summary		What the key's site asked in a month (Akismet)
//	@Tags			akismet
//	@Produce		json,plain
//	@Param			api_key	query		string	false	"The key"
//	@Param			month	query		string	false	"YYYY-MM; this month when left out"
//	@Param			filter	query		string	false	"Part of a site's name"
//	@Param			format	query		string	false	"json or csv"
//	@Param			order	query		string	false	"total, spam, ham, missed_spam or false_positives"
//	@Param			limit	query		int		false	"500 when left out"
//	@Param			offset	query		int		false	"0 when left out"
//	@Success		200		{object}	object	"The month's sites under its name, and limit, offset, total"
//	@Failure		429,500,503	{string}	string	"invalid or error, with X-akismet-debug-help"
//	@Router			/1.2/key-sites [get]
//	@Router			/1.2/key-sites [post]
func (a *API) keySites(c call) {
	q, err := c.form.sites(a.Now())
	if err != nil {
		a.Refuse(c.Context, err)
		return
	}
	n, err := a.Tally.Month(c.Request.Context(), c.key.Site, q.month)
	if err != nil {
		a.Refuse(c.Context, err)
		return
	}
	sites, total := []siteOut{}, 0
	if asked(n) > 0 && strings.Contains(string(c.key.Site), strings.ToLower(q.filter)) {
		total = 1
		if q.offset == 0 && q.limit > 0 {
			sites = append(sites, siteOf(c.key.Site, n))
		}
	}
	if q.csv {
		c.Data(http.StatusOK, "text/csv; charset=utf-8", []byte(q.table("…"+c.key.Last4, sites, total)))
		return
	}
	c.JSON(http.StatusOK, map[string]any{
		q.month.Format(month): sites, "limit": q.limit, "offset": q.offset, "total": total,
	})
}

func siteOf(site models.SiteID, n map[string]int64) siteOut {
	count := func(n int64) string { return strconv.FormatInt(n, 10) }
	return siteOut{
		Site: string(site), APICalls: count(asked(n)), Spam: count(n[countSpam]), Ham: count(n[countHam]),
		MissedSpam: count(n[countMissed]), FalsePositives: count(n[countFalse]),
	}
}

// sitesQuery is what key-sites is asked.
type sitesQuery struct {
	month         time.Time
	filter        string
	csv           bool
	limit, offset int
}

func (f form) sites(now time.Time) (sitesQuery, error) {
	q := sitesQuery{month: now.UTC(), filter: f.get("filter"), csv: f.get("format") == "csv", limit: 500}
	if raw := f.get("month"); raw != "" {
		var err error
		if q.month, err = time.Parse(month, raw); err != nil {
			return q, errBadMonth
		}
	}
	if v := f.get("format"); v != "" && v != "csv" && v != "json" {
		return q, errBadPicture
	}
	switch f.get("order") {
	case "", "total", "spam", "ham", "missed_spam", "false_positives": // one site has one order
	default:
		return q, errBadOrder
	}
	for name, into := range map[string]*int{"limit": &q.limit, "offset": &q.offset} {
		if raw := f.get(name); raw != "" {
			n, err := strconv.Atoi(raw)
			if err != nil || n < 0 {
				return q, errBadNumber
			}
			*into = n
		}
	}
	return q, nil
}

// table writes the sites as comma-separated values, under the original's first line.
func (q sitesQuery) table(key string, sites []siteOut, total int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Active sites for %s during %s (limit:%d, offset: %d, total: %d)\n", key, q.month.Format(month), q.limit, q.offset, total)
	w := csv.NewWriter(&b)
	rows := [][]string{{"Site", "Total API Calls", "Spam", "Ham", "Missed Spam", "False Positives", "Is Revoked"}}
	for _, s := range sites {
		rows = append(rows, []string{s.Site, s.APICalls, s.Spam, s.Ham, s.MissedSpam, s.FalsePositives, strconv.FormatBool(s.IsRevoked)})
	}
	_ = w.WriteAll(rows) // a builder takes all
	return b.String()
}

// statsOut sums the months asked for.
type statsOut struct {
	Spam           int64               `json:"spam"`
	Ham            int64               `json:"ham"`
	MissedSpam     int64               `json:"missed_spam"`
	FalsePositives int64               `json:"false_positives"`
	Accuracy       string              `json:"accuracy"` // percent of the answers that nobody contradicted
	TimeSaved      int64               `json:"time_saved"`
	Breakdown      map[string]monthOut `json:"breakdown"` // by YYYY-MM
}

type monthOut struct {
	Spam           int64 `json:"spam"`
	Ham            int64 `json:"ham"`
	MissedSpam     int64 `json:"missed_spam"`
	FalsePositives int64 `json:"false_positives"`
}

// stats sums the last months.
//
//	@ID			akismetStats
//	@Summary		Sum the last months (Akismet)
//	@Tags			akismet
//	@Accept			x-www-form-urlencoded
//	@Produce		json
//	@Param			api_key	formData	string	false	"The key"
//	@Param			from	formData	string	false	"6-months (also when left out) or all, which is a year"
//	@Success		200		{object}	statsOut
//	@Failure		429,500,503	{string}	string	"invalid or error, with X-akismet-debug-help"
//	@Router			/1.1/get-stats [post]
func (a *API) stats(c call) {
	months := 6
	if c.form.get("from") == "all" {
		months = 12
	}
	now := a.Now().UTC()
	out := statsOut{Breakdown: map[string]monthOut{}}
	for back := range months {
		first := time.Date(now.Year(), now.Month()-time.Month(back), 1, 0, 0, 0, 0, time.UTC)
		n, err := a.Tally.Month(c.Request.Context(), c.key.Site, first)
		if err != nil {
			a.Refuse(c.Context, err)
			return
		}
		m := monthOut{n[countSpam], n[countHam], n[countMissed], n[countFalse]}
		out.Breakdown[first.Format(month)] = m
		out.Spam, out.Ham = out.Spam+m.Spam, out.Ham+m.Ham
		out.MissedSpam, out.FalsePositives = out.MissedSpam+m.MissedSpam, out.FalsePositives+m.FalsePositives
	}
	out.Accuracy = accuracy(out)
	c.JSON(http.StatusOK, out)
}

// accuracy is how much of what was answered stood; 100 where nothing was.
func accuracy(s statsOut) string {
	all := s.Spam + s.Ham
	wrong := min(s.MissedSpam+s.FalsePositives, all)
	return strconv.FormatFloat(100*(1-float64(wrong)/float64(cmp.Or(all, 1))), 'f', 2, 64)
}

// subscription tells that there is nothing to pay.
//
//	@ID			akismetSubscription
//	@Summary		There is nothing to pay (Akismet)
//	@Tags			akismet
//	@Accept			x-www-form-urlencoded
//	@Produce		json
//	@Param			api_key	formData	string	false	"The key"
//	@Success		200		{object}	subscriptionOut
//	@Failure		429,500,503	{string}	string	"invalid or error, with X-akismet-debug-help"
//	@Router			/1.1/get-subscription [post]
func (a *API) subscription(c call) {
	c.JSON(http.StatusOK, subscriptionOut{
		AccountID: models.DerivedID("akismet account", string(c.key.Site)), AccountName: string(c.key.Site),
		AccountType: "self-hosted", Status: "active",
	})
}

// byPath documents the calls with the key in the path.
//
//	@Summary		Any of the calls, with the key in the path (Akismet)
//	@Tags			akismet
//	@Produce		plain
//	@Param			key		path		string	true	"The key"
//	@Param			version	path		string	true	"1.1 or 1.2"
//	@Param			call	path		string	true	"comment-check and the others"
//	@Success		200		{string}	string	"As the call's own"
//	@Failure		404,429,500,503	{string}	string	"invalid or error, with X-akismet-debug-help"
//	@Router			/k/{key}/{version}/{call} [get]
//	@Router			/k/{key}/{version}/{call} [post]
func (a *API) byPath() {} //nolint:unused // the OpenAPI document is made from it
