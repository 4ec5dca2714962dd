package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/tamis-moderation/tamis/models"
)

// Coral tells Coral, by its own API, what became of a comment that its external
// moderation phase asked about. Coral told no id then: the comment is found by
// its story, author and words.
type Coral struct {
	Comment func(ctx context.Context, site models.SiteID, id models.CommentID) (models.Comment, error)
	Client  *http.Client
	Guard   *Guard
	Tokens  map[models.SiteID]string // of an account that may moderate
	Now     func() time.Time
}

const (
	coralPages = 20 // of fifty comments, the newest first: how far back a story is looked through
	coralLimit = 2 << 20
	// coralSlack is how far Coral's clock and ours may be apart.
	coralSlack = 10 * time.Minute
)

// What Coral is asked and told.
const (
	coralFind = `query TamisFind($story: ID!, $after: Cursor) {
  comments(storyID: $story, first: 50, after: $after, orderBy: CREATED_AT_DESC) {
    nodes { id body status createdAt author { id } revision { id } }
    pageInfo { hasNextPage endCursor }
  }
}`
	coralApprove = `mutation TamisApprove($comment: ID!, $revision: ID!) {
  approveComment(input: {commentID: $comment, commentRevisionID: $revision, clientMutationId: "tamis"}) { comment { id status } }
}`
	coralReject = `mutation TamisReject($comment: ID!, $revision: ID!) {
  rejectComment(input: {commentID: $comment, commentRevisionID: $revision, clientMutationId: "tamis"}) { comment { id status } }
}`
)

// coralComment is a comment as Coral shows it.
type coralComment struct {
	ID        string
	Body      string // HTML
	Status    string
	CreatedAt time.Time
	Author    struct{ ID string }
	Revision  struct{ ID string }
}

// Tell is a [Teller]. That Coral does not know the comment is an error: it asks
// before it keeps one, so the comment may be a moment away.
func (c *Coral) Tell(ctx context.Context, d models.DueCallback) (status int, asked time.Duration, err error) {
	kept, err := c.Comment(ctx, d.Site, d.Comment)
	if err == nil && kept.Status == models.Erased || err != nil && models.KindOf(err) == models.NotFound {
		return http.StatusGone, 0, nil // nothing is left to be told
	}
	if err != nil {
		return 0, 0, err
	}
	if kept.Decision != nil && kept.Decision.Decision == models.DecideEdit {
		return http.StatusGone, 0, nil // Coral can't publish the edited text, and must not publish the other
	}
	session := &coralSession{Coral: c, url: d.Callback, token: c.Tokens[d.Site]}
	if session.token == "" {
		return 0, 0, fmt.Errorf("site %s has no coral.tokens", d.Site)
	}
	found, err := session.find(ctx, kept)
	if err == nil && len(found) == 0 {
		err = errors.New("coral shows no such comment")
	}
	for _, one := range found {
		if err == nil && due(kept, one) {
			err = session.settle(ctx, kept.Status, one)
		}
	}
	return session.status, session.asked, err
}

// due reports whether Coral is to change a comment: what a person decided here
// always counts there, the machine's word only where Coral itself still waits.
func due(kept models.Comment, there coralComment) bool {
	want := map[models.Status]string{models.Approved: "APPROVED", models.Rejected: "REJECTED"}[kept.Status]
	if want == "" || there.Status == want {
		return false
	}
	return kept.Decision != nil || there.Status == "SYSTEM_WITHHELD"
}

// coralSession is one telling.
type coralSession struct {
	*Coral

	url, token string
	status     int
	asked      time.Duration
}

// find looks through a story for what a comment is there: the same words of one
// author may stand there more than once, and mean the same comment here.
func (s *coralSession) find(ctx context.Context, kept models.Comment) ([]coralComment, error) {
	var found []coralComment
	after := ""
	for range coralPages {
		var page struct {
			Comments struct {
				Nodes    []coralComment
				PageInfo struct {
					HasNextPage bool
					EndCursor   string
				}
			}
		}
		variables := map[string]string{"story": kept.Context.ThreadID}
		if after != "" {
			variables["after"] = after
		}
		data, err := s.ask(ctx, coralFind, variables)
		if err == nil {
			err = json.Unmarshal(data, &page)
		}
		if err != nil {
			return nil, err
		}
		for _, one := range page.Comments.Nodes {
			if one.Author.ID == kept.Author.ID && sameWords(kept.Text, one.Body) {
				found = append(found, one)
			}
			if one.CreatedAt.Before(kept.ReceivedAt.Add(-coralSlack)) {
				return found, nil
			}
		}
		after = page.Comments.PageInfo.EndCursor
		if !page.Comments.PageInfo.HasNextPage || after == "" {
			break
		}
	}
	return found, nil
}

// settle has Coral approve or reject a comment.
func (s *coralSession) settle(ctx context.Context, status models.Status, one coralComment) error {
	text := coralReject
	if status == models.Approved {
		text = coralApprove
	}
	_, err := s.ask(ctx, text, map[string]string{"comment": one.ID, "revision": one.Revision.ID})
	return err
}

// ask sends one GraphQL document and gives its data. GraphQL tells most of its
// failures with status 200.
func (s *coralSession) ask(ctx context.Context, query string, variables map[string]string) (json.RawMessage, error) {
	if err := s.Guard.CheckURL(s.url); err != nil {
		return nil, err
	}
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return nil, fmt.Errorf("request: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("request: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Tamis")
	req.Header.Set("Authorization", "Bearer "+s.token)
	resp, err := s.Client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, coralLimit))
	if err != nil {
		return nil, fmt.Errorf("read: %w", err)
	}
	s.status, s.asked = resp.StatusCode, retryAfter(resp.Header, s.Now())
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("coral answered %d", resp.StatusCode)
	}
	var answer struct {
		Data   json.RawMessage
		Errors []struct{ Message string }
	}
	if err := json.Unmarshal(raw, &answer); err != nil {
		return nil, fmt.Errorf("coral's answer: %w", err)
	}
	if len(answer.Errors) > 0 {
		return nil, fmt.Errorf("coral refused the request: %d errors", len(answer.Errors))
	}
	return answer.Data, nil
}

var coralTags = regexp.MustCompile(`<[^>]*>`)

// sameWords compares a kept text with a body in HTML: spaces don't count, for
// tags leave none or one. Of a text that was cut the beginning is compared.
func sameWords(kept, body string) bool {
	mine, theirs := packed(kept), packed(html.UnescapeString(coralTags.ReplaceAllString(body, "")))
	if len([]rune(kept)) == models.MaxTextRunes {
		return strings.HasPrefix(theirs, mine)
	}
	return mine == theirs
}

func packed(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || r == 0 {
			return -1
		}
		return r
	}, s)
}
