// Package store is the contract between Tamis and its databases: small roles,
// joined in [Store], each method one act that is done wholly or not at all. It
// refuses SQL, drivers and policy. Two keepers live below it, postgres and
// sqlite; storetest is the suite that both pass.
//
// Every act that reads or writes a site's data takes the site and behaves as if
// the data of others did not exist: another site's id is models.NotFound. Times
// are kept in UTC to the microsecond. Errors are models.Error by kind: NotFound,
// Conflict, Invalid (a row that the database refuses), Unavailable (the database
// is away).
package store

import (
	"context"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

// Store is everything a keeper does. Consumers take the roles they need.
type Store interface {
	Comments
	Judgements
	Reviews
	Desk
	Traces
	Scorings
	Library
	Mails
	Events
	Deliveries
	Webhooks
	Sites
	Keys
	Users
	Sessions
	Tries
	Books
	Policies
	Audit
	Idempotency
	Upkeep
	// Close waits for the acts under way and lets go of the database.
	Close() error
}

// Outcome tells what AddComments did with one comment.
type Outcome uint8

// The outcomes of an addition.
const (
	Added  Outcome = iota // a new comment, kept as pending
	Same                  // known already with this text; nothing changed
	Edited                // known with another text; replaced, pending again
)

// AddResult is the outcome for one comment, in the order given.
type AddResult struct {
	ID      models.CommentID // of the comment that is kept: the earlier one's unless Added
	Status  models.Status
	Outcome Outcome
	Err     error // why this one was refused; the others are not touched by it
}

// Comments keeps comments.
type Comments interface {
	// AddComments makes comments durable as pending, each with its own result.
	// A comment is known already when its ID, or its (Site, ExternalID), is.
	// Comments of many callers share a commit. The error is for the whole:
	// nothing was kept, or nobody knows (repeating is safe, ids are the caller's).
	AddComments(ctx context.Context, comments []models.Comment) ([]AddResult, error)
	// Comment gives one comment with its verdict and its standing decision.
	Comment(ctx context.Context, site models.SiteID, id models.CommentID) (models.Comment, error)
	// Judged gives those of ids that are not pending (erased ones included): what
	// a waiter asks, at the cost of an index look-up each. It crosses sites.
	Judged(ctx context.Context, ids []models.CommentID) ([]models.CommentID, error)
	// ListComments gives one keyset page, newest received first. A cursor that
	// was not made for this query is Invalid. Words are found whatever their case
	// and accents, those outside of quotes by their beginning too.
	ListComments(ctx context.Context, q models.CommentQuery) (models.Page[models.Comment], error)
	// EditComment replaces the text: pending again, revision up, Edited, its
	// review item and verdict gone, comment.edited announced. The same text
	// changes nothing. An erased comment is Conflict.
	EditComment(ctx context.Context, site models.SiteID, id models.CommentID, e models.CommentEdit, at time.Time) (models.Comment, error)
	// EraseComment removes text and personal fields for good; counters, scores
	// and decisions stay. Announced as comment.erased, once.
	EraseComment(ctx context.Context, site models.SiteID, id models.CommentID, by string, at time.Time) error
	// AddReport records a reader's flag (one a reader: a second one changes
	// nothing). Once holdAt (> 0) readers flagged an approved comment it is held,
	// filed with the urgency and announced as comment.reported, unless a
	// person's decision stands on it. It tells the number of readers so far.
	AddReport(ctx context.Context, r models.Report, holdAt int, urgency float64) (int, error)
	// AuthorHistory tells what became of an author's other comments.
	AuthorHistory(ctx context.Context, site models.SiteID, authorKey string) (models.History, error)
	// SpamCounts counts, for each of the comments in order, what speaks for spam
	// beside its text. They need not be kept: site, text key, author and time of
	// receipt are what is asked, and a comment never counts itself.
	SpamCounts(ctx context.Context, comments []models.Comment) ([]models.SpamCounts, error)
	// Languages tells in how many of a site's latest approved comments, 200 at
	// most, each language was found.
	Languages(ctx context.Context, site models.SiteID) (map[string]int, error)
}

// Judgements hands out pending comments and keeps what was judged.
type Judgements interface {
	// LeasePending leases up to limit pending comments that nobody holds, oldest
	// first. A keeper skips what it knows to be behind its moving floor.
	LeasePending(ctx context.Context, limit int, ttl time.Duration, at time.Time) (models.Lease, error)
	// LeaseComments leases those of ids that are pending and that nobody holds.
	LeaseComments(ctx context.Context, ids []models.CommentID, ttl time.Duration, at time.Time) (models.Lease, error)
	// RenewLease keeps a lease alive; Conflict when none of it is held any more.
	RenewLease(ctx context.Context, token string, until time.Time) error
	// ReleaseLease lets go of what is still held, to be judged again at retryAt;
	// failed counts a try against each of ids.
	ReleaseLease(ctx context.Context, token string, failed []models.CommentID, retryAt time.Time) error
	// RecordJudgements records each judgement whose comment is still leased by
	// token and still of the judged revision: status, verdict, review item,
	// event, deliveries, audit and counters in one transaction. It tells which
	// counted; the others changed nothing. A comment is counted as received with
	// its first judgement, which keeps the counter off the path of a submission.
	RecordJudgements(ctx context.Context, token string, js []models.Judgement) ([]bool, error)
	// WaitingComments gives up to limit ids that have been pending, unleased and
	// due since before the time given: what a sweeper puts back in the queue.
	WaitingComments(ctx context.Context, before time.Time, limit int) ([]models.CommentID, error)
	// LeaseUnexplained leases up to limit held or rejected comments whose verdict
	// waits for evidence (see [models.Verdict.Explainable]), longest first, each
	// for ttl. It gives up those that were leased three times.
	LeaseUnexplained(ctx context.Context, limit int, ttl time.Duration, at time.Time) ([]models.Comment, error)
	// RecordEvidence keeps a judgement's verdict, to which nothing but evidence
	// was added, if the comment still has its revision and stands held or
	// rejected: else Conflict. It is no change of the comment: no revision, no
	// event, no audit.
	RecordEvidence(ctx context.Context, j models.Judgement) error
	// PendingStats tells how many comments wait and since when the oldest does
	// (zero when none).
	PendingStats(ctx context.Context) (count int64, oldest time.Time, err error)
}

// Reviews keeps the queue of people.
type Reviews interface {
	// ReviewItems lists a site's open items, most urgent first, claimed or not.
	ReviewItems(ctx context.Context, q models.ReviewQuery, at time.Time) (models.Page[models.ReviewItem], error)
	// ReviewItem gives one open item; NotFound when it was decided.
	ReviewItem(ctx context.Context, site models.SiteID, id models.CommentID, at time.Time) (models.ReviewItem, error)
	// ClaimReviews leases the most urgent items that nobody holds, up to the limit
	// together with what the claim that goes on holds already. Two claimers never
	// get the same item while its lease runs. Nobody gets what they escalated or
	// skipped, or what was sent to somebody else or to a queue they did not name.
	// One comment that is asked for and held by another is Conflict, which says
	// by whom; one without an open item is NotFound.
	ClaimReviews(ctx context.Context, c models.ClaimRequest, at time.Time) (models.ClaimedItems, error)
	// ReleaseClaim gives the items of a claim back; Conflict when the lease is lost.
	ReleaseClaim(ctx context.Context, site models.SiteID, token string, at time.Time) error
	// RecordDecision applies d: status, revision, item closed (or escalated and
	// unclaimed), feedback, event, deliveries and audit in one transaction.
	// d.Before is filled in by the keeper. With a claim token the item must be
	// held by it: otherwise Conflict, and the message says who decided what and
	// when, if somebody did. Without one, any judged comment may be decided. A
	// pending comment is Conflict; so is an erased one. Repeats that were merged
	// into the item go with it, in the same wave: rejected where it is published,
	// else decided alike.
	RecordDecision(ctx context.Context, d models.Decision, claim string) (models.Decision, error)
	// UndoDecision restores the status before (a held one is filed again with its
	// old urgency), marks the decision undone, withdraws its feedback and
	// announces comment.undone; repeats that went with it come back too. Only the
	// latest standing decision of an unerased, unedited comment can be undone:
	// else Conflict.
	UndoDecision(ctx context.Context, u models.UndoRequest, at time.Time) (models.Decision, error)
	// AddFeedback keeps what a caller taught of a text that is not kept, and that
	// no decision stands behind. The same ID again replaces; on another text, or
	// of another site, it is Conflict.
	AddFeedback(ctx context.Context, f models.Feedback, by string) error
	// Feedback lists what standing decisions and callers teach, oldest first.
	Feedback(ctx context.Context, site models.SiteID, cursor string, limit int) (models.Page[models.Feedback], error)
}

// Desk keeps what people see around an item, and what they do to many at once.
// Every answer is bounded, however long the queue is.
type Desk interface {
	// ReviewQueue gives the head of a person's queue, most urgent first.
	ReviewQueue(ctx context.Context, q models.QueueQuery, at time.Time) (models.QueueHead, error)
	// SkipReview gives one item of a claim back and keeps it from the same person
	// until a time; Conflict when the lease is lost.
	SkipReview(ctx context.Context, r models.SkipRequest, at time.Time) error
	// StandingDecisions lists what a person decided and what still stands, the
	// latest first: what their undo takes back, one after the other.
	StandingDecisions(ctx context.Context, site models.SiteID, by string, limit int) ([]models.Decision, error)
	// Waves lists groups of open items that have something in common, the largest
	// of each kind first, limit of each kind at most; found among the latest.
	Waves(ctx context.Context, site models.SiteID, limit int) ([]models.Wave, error)
	// WavesOf gives the waves that an open item is in, itself counted.
	WavesOf(ctx context.Context, site models.SiteID, id models.CommentID) ([]models.Wave, error)
	// WaveItems gives the open items of a wave, oldest first.
	WaveItems(ctx context.Context, site models.SiteID, kind models.WaveKind, key string, limit int, at time.Time) ([]models.ReviewItem, error)
	// RecordWave decides items in one transaction, as RecordDecision does each.
	// What has no open item any more (unless the wave is of settled ones too), or
	// is held by another, is left as it is and named. The same wave again answers what it did.
	RecordWave(ctx context.Context, w models.WaveRequest, at time.Time) (models.WaveOutcome, error)
	// UndoWave takes back, in one transaction, what of a wave still stands; what
	// can't be taken back is left and named. NotFound when nothing of the wave is
	// known.
	UndoWave(ctx context.Context, u models.UndoRequest, at time.Time) (models.WaveOutcome, error)
	// Precedents gives decided comments like one: first those of nearly the same
	// words, then the latest of the label.
	Precedents(ctx context.Context, q models.PrecedentQuery) ([]models.Comment, error)
	// AuthorStory tells what became of an author's comments, one left out, and
	// gives the last of them.
	AuthorStory(ctx context.Context, site models.SiteID, authorKey string, except models.CommentID, limit int) (models.AuthorStory, error)
	// Thread gives the conversation around a time.
	Thread(ctx context.Context, q models.ThreadQuery) (models.Thread, error)
	// Reports gives readers' flags on a comment, latest first, and their number.
	Reports(ctx context.Context, site models.SiteID, id models.CommentID, limit int) ([]models.Report, int, error)
	// SetTriage keeps what a comment is, in place of what was said before; an
	// empty kind takes it away. An erased comment is Conflict.
	SetTriage(ctx context.Context, t models.Triage) error
	// TriageOf gives what a comment is; nil when nobody said.
	TriageOf(ctx context.Context, site models.SiteID, id models.CommentID) (*models.Triage, error)
	// ListTriage gives a keyset page: what waits for an answer by due time, or all
	// by when it was said, latest first.
	ListTriage(ctx context.Context, q models.TriageQuery) (models.Page[models.TriagedComment], error)
	// Pulse gives a number that changes whenever something was done in a site, at
	// the cost of one look at an index.
	Pulse(ctx context.Context, site models.SiteID) (int64, error)
}

// Traces keeps how callers of foreign wires, who know no id of ours, name a
// comment again, and whom they want told of its end.
type Traces interface {
	// AddTrace keeps t; for the same comment again it replaces, and a callback
	// that was told is due again. A callback that is standing is due again with
	// each decision and undo of its comment.
	AddTrace(ctx context.Context, t models.Trace) error
	// Traced gives a site's comments of a fingerprint (Trace.Print), the newest trace first. An
	// erasure takes the trace along.
	Traced(ctx context.Context, site models.SiteID, fingerprint string, limit int) ([]models.Comment, error)
	// CommentByExternalID gives a site's comment by the site's own id.
	CommentByExternalID(ctx context.Context, site models.SiteID, external string) (models.Comment, error)
	// LeaseCallbacks leases up to limit callbacks that are due and whose comment
	// is approved or rejected, each for ttl; it counts the try.
	LeaseCallbacks(ctx context.Context, limit int, ttl time.Duration, at time.Time) ([]models.DueCallback, error)
	// EndCallback lets go of a leased callback: for good when retryAt is zero,
	// else until then. Conflict when the lease is lost.
	EndCallback(ctx context.Context, id models.CommentID, token string, retryAt time.Time) error
}

// Scorings keeps texts until their scores were told; the text goes with the row.
type Scorings interface {
	// AddScoring makes a scoring durable; the same ID again changes nothing. A
	// site that is not known is NotFound.
	AddScoring(ctx context.Context, s models.Scoring) error
	// LeaseScorings leases up to limit due scorings, each for ttl; it counts the try.
	LeaseScorings(ctx context.Context, limit int, ttl time.Duration, at time.Time) ([]models.DueScoring, error)
	// EndScoring lets go of a leased scoring: for good when retryAt is zero, else
	// until then. Conflict when the lease is lost.
	EndScoring(ctx context.Context, id, token string, retryAt time.Time) error
}

// Library is what judged comments are found and counted by, and what else a page
// about them shows. A comment is in it from its judgement to its erasure.
type Library interface {
	// Spread counts a site's comments by their score of a label and by status.
	Spread(ctx context.Context, q models.ScoreQuery) (models.Spread, error)
	// CommentStory gives a comment's decisions, reports and deliveries.
	CommentStory(ctx context.Context, site models.SiteID, id models.CommentID) (models.Story, error)
	AddView(ctx context.Context, v models.SavedView) error
	// ListViews gives the views of a site that are the owner's or shared.
	ListViews(ctx context.Context, site models.SiteID, owner string) ([]models.SavedView, error)
	// DeleteView deletes a view of the owner's; NotFound for any other.
	DeleteView(ctx context.Context, site models.SiteID, id, owner string) error
	// QueueShape tells how a site's queue looks; sections nil = all.
	QueueShape(ctx context.Context, site models.SiteID, sections []string, at time.Time) (models.Shape, error)
	// Present gives who was seen since a time, whoever was seen last first. It
	// crosses sites.
	Present(ctx context.Context, since time.Time) ([]models.Present, error)
}

// Mails is the outbox of mail, and the links in it that decide. A link whose
// time is over is NotFound, as is one that never was.
type Mails interface {
	// AddMail files a mail; the same ID again changes nothing, and false tells so.
	AddMail(ctx context.Context, m models.Mail) (bool, error)
	// RecentMails gives a person's mails of a kind filed since a time, the latest
	// first.
	RecentMails(ctx context.Context, user string, kind models.MailKind, since time.Time) ([]models.Mail, error)
	// LeaseMails leases up to limit due mails, each for ttl; it counts the try.
	LeaseMails(ctx context.Context, limit int, ttl time.Duration, at time.Time) ([]models.DueMail, error)
	// EndMail lets go of a leased mail: for good when retryAt is zero, else until
	// then. Conflict when the lease is lost.
	EndMail(ctx context.Context, id, token string, sentAt, retryAt time.Time) error
	AddMailLink(ctx context.Context, l models.MailLink) error
	MailLink(ctx context.Context, hash string, at time.Time) (models.MailLink, error)
	// UseMailLink takes the decision on the link's comment and spends the link, in
	// one transaction. A spent link is Conflict, and so is a comment that somebody
	// decided meanwhile.
	UseMailLink(ctx context.Context, hash string, d models.Decision) (models.Decision, error)
	// EndMailLink notes that what the link decided was taken back by it; Conflict
	// when it was before.
	EndMailLink(ctx context.Context, hash string, at time.Time) error
	// SetMailWish keeps which mails a person wants about a site.
	SetMailWish(ctx context.Context, w models.MailWish) error
	// MailWishes gives a person's wishes; of nobody (empty), all who want any.
	MailWishes(ctx context.Context, user string) ([]models.MailWish, error)
}

// Events is the feed of announced changes.
type Events interface {
	// Events gives a page in a stable order in which nothing is ever inserted
	// behind a cursor that was handed out. Next is never empty once there was an
	// event: it is where to go on later.
	Events(ctx context.Context, site models.SiteID, cursor string, limit int) (models.Page[models.Event], error)
}

// Deliveries is the outbox of webhooks.
type Deliveries interface {
	// LeaseDeliveries leases up to limit due deliveries to endpoints in use.
	LeaseDeliveries(ctx context.Context, limit int, ttl time.Duration, at time.Time) ([]models.DueDelivery, error)
	// RecordDelivery keeps the result of one attempt, if its lease still holds:
	// attempts up, endpoint marked well or failing since, or disabled.
	RecordDelivery(ctx context.Context, r models.DeliveryResult) error
	// ListDeliveries gives a webhook's deliveries, newest first.
	ListDeliveries(ctx context.Context, site models.SiteID, webhook, cursor string, limit int) (models.Page[models.Delivery], error)
	// Replay makes a delivery due again, or all failed ones of a webhook since a
	// time when delivery is empty; it tells how many.
	Replay(ctx context.Context, site models.SiteID, webhook, delivery string, since, at time.Time) (int, error)
	// SendTest files one webhook.test event for a webhook alone.
	SendTest(ctx context.Context, site models.SiteID, webhook string, e models.Event) error
}

// Webhooks keeps endpoints.
type Webhooks interface {
	AddWebhook(ctx context.Context, w models.Webhook, by string) error
	Webhook(ctx context.Context, site models.SiteID, id string) (models.Webhook, error)
	ListWebhooks(ctx context.Context, site models.SiteID) ([]models.Webhook, error)
	// UpdateWebhook replaces URL and secrets, and enables or disables it.
	UpdateWebhook(ctx context.Context, w models.Webhook, by string, at time.Time) error
	DeleteWebhook(ctx context.Context, site models.SiteID, id, by string, at time.Time) error
}

// Sites keeps tenants.
type Sites interface {
	AddSite(ctx context.Context, s models.Site, by string) error
	Site(ctx context.Context, id models.SiteID) (models.Site, error)
	ListSites(ctx context.Context) ([]models.Site, error)
	// UpdateSite replaces name, locale and whether feedback keeps the text.
	UpdateSite(ctx context.Context, s models.Site, by string, at time.Time) error
}

// Keys keeps API keys.
type Keys interface {
	AddKey(ctx context.Context, k models.Key, by string) error
	// KeyByHash finds a key, revoked and expired ones too.
	KeyByHash(ctx context.Context, hash string) (models.Key, error)
	ListKeys(ctx context.Context, site models.SiteID) ([]models.Key, error)
	// RevokeKey ends a key; doing so twice changes nothing.
	RevokeKey(ctx context.Context, site models.SiteID, id, by string, at time.Time) error
	// TouchKeys notes when keys were last used.
	TouchKeys(ctx context.Context, used map[string]time.Time) error
}

// Users keeps the people of the console and their one-time links.
type Users interface {
	AddUser(ctx context.Context, u models.User, by string) error
	UserByEmail(ctx context.Context, email string) (models.User, error)
	ListUsers(ctx context.Context) ([]models.User, error)
	User(ctx context.Context, id string) (models.User, error)
	// ChangeUser reads an account, lets change alter all but its id, address and
	// birth, and keeps it, in one transaction; change may run twice. Whoever is
	// disabled or has another password loses sessions and links. Conflict where
	// c.Kept and nobody would be left who administers every site.
	ChangeUser(ctx context.Context, c models.UserChange, change func(*models.User) error) (models.User, error)
	AddSignInLink(ctx context.Context, l models.SignInLink, by string, at time.Time) error
	// UseSignInLink spends a link: it works once, before it expires, for a user
	// whose account works; otherwise NotFound.
	UseSignInLink(ctx context.Context, hash string, at time.Time) (models.User, error)
}

// Sessions keeps who is signed in, and the codes that stand in for a lost
// second factor.
type Sessions interface {
	AddSession(ctx context.Context, s models.Session) error
	// SessionByHash gives a session that is not over, with its account, which
	// works: otherwise NotFound.
	SessionByHash(ctx context.Context, hash string, at time.Time) (models.Session, models.User, error)
	// TouchSession notes that a session was seen and until when it holds then.
	// A power cut may lose it.
	TouchSession(ctx context.Context, hash string, at, until time.Time) error
	// ListSessions gives a person's sessions, the one seen last first.
	ListSessions(ctx context.Context, user string, at time.Time) ([]models.Session, error)
	EndSession(ctx context.Context, user, id, by string, at time.Time) error
	// SetRecoveryCodes replaces a person's codes.
	SetRecoveryCodes(ctx context.Context, user string, hashes []string) error
	// UseRecoveryCode spends a code, NotFound when there is none such, and tells
	// how many are left.
	UseRecoveryCode(ctx context.Context, user, hash string, at time.Time) (int, error)
}

// Tries counts what may be tried only so often, for all processes together.
type Tries interface {
	// TakeTries counts one try against each limit and tells how long to wait: 0
	// when all of them allow it. One that is used up is not counted further. A
	// power cut may lose it.
	TakeTries(ctx context.Context, limits []models.TryLimit, at time.Time) (time.Duration, error)
	// ForgiveTries gives back all tries that were counted under keys.
	ForgiveTries(ctx context.Context, keys []string) error
}

// Books keeps the versions of sites' charters, replies and queues.
type Books interface {
	// Book gives the newest version; NotFound when the site never set one.
	Book(ctx context.Context, site models.SiteID) (models.SiteBook, error)
	// AddBook keeps b as the version after base; Conflict when base is not the
	// newest. It gives the version made. Review items of queues that b has not
	// are everybody's from then on.
	AddBook(ctx context.Context, b models.SiteBook, base int64) (int64, error)
}

// Policies keeps the versions of rulesets.
type Policies interface {
	// Policy gives the newest version; NotFound when the site never set one.
	Policy(ctx context.Context, site models.SiteID) (models.Policy, error)
	// AddPolicy keeps p as the version after base; Conflict when base is not the
	// newest. It gives the version made.
	AddPolicy(ctx context.Context, p models.Policy, base int64) (int64, error)
	// PolicyVersion gives one version.
	PolicyVersion(ctx context.Context, site models.SiteID, version int64) (models.Policy, error)
	// PolicyVersions gives up to limit versions, the newest first.
	PolicyVersions(ctx context.Context, site models.SiteID, limit int) ([]models.Policy, error)
}

// Audit is the log of who did what. Acts above write their own entries.
type Audit interface {
	AuditEntries(ctx context.Context, q models.AuditQuery) (models.Page[models.AuditEntry], error)
}

// Idempotency keeps the first answer given under a key.
type Idempotency interface {
	// BeginRequest takes the key for a request. It gives the saved answer when
	// there is one; Conflict while another has the key in hand (for up to
	// takeover: then its holder is taken for dead); Invalid when the key was used
	// for another request. Both nil: the caller holds the key and must end.
	BeginRequest(ctx context.Context, r models.IdempotentRequest, takeover time.Duration, at time.Time) (*models.SavedResponse, error)
	// EndRequest saves the answer, or, when it is nil, gives the key back.
	EndRequest(ctx context.Context, r models.IdempotentRequest, answer *models.SavedResponse, at time.Time) error
}

// Purge says what an upkeep pass removes: everything of its kind that is older
// than its time; a zero time keeps all.
type Purge struct {
	Texts      time.Time // text and personal fields of settled comments judged before (they become erased)
	Comments   time.Time // settled comments received before, with all that hangs on them
	Events     time.Time // events and finished deliveries
	Audit      time.Time
	Idempotent time.Time
	Limit      int // rows of each kind a pass, so that no transaction is long
}

// Upkeep is what keeps a database healthy.
type Upkeep interface {
	// Ping tells whether the database answers.
	Ping(ctx context.Context) error
	// Clock gives the database's time: machines whose leases it keeps must agree.
	Clock(ctx context.Context) (time.Time, error)
	// Count adds n to a counter of a site's day (UTC).
	Count(ctx context.Context, site models.SiteID, name string, n int64, at time.Time) error
	// Counters gives a site's counters for a day.
	Counters(ctx context.Context, site models.SiteID, day time.Time) (map[string]int64, error)
	// Purge removes old rows and tells how many; call again while it is not 0.
	Purge(ctx context.Context, p Purge, at time.Time) (int64, error)
}
