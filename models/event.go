package models

import "time"

// EventType names a change of a comment.
type EventType string

// The changes that are announced.
const (
	CommentJudged   EventType = "comment.judged"
	CommentDecided  EventType = "comment.decided"
	CommentUndone   EventType = "comment.undone"
	CommentEdited   EventType = "comment.edited"
	CommentReported EventType = "comment.reported" // readers' flags took it back to the queue
	CommentErased   EventType = "comment.erased"
	WebhookTest     EventType = "webhook.test"
)

// Event is one announced change: ids and labels, never text.
type Event struct {
	ID         string
	Type       EventType
	At         time.Time
	Site       SiteID
	Comment    CommentID
	ExternalID string
	Status     Status
	Labels     []Label
	Revision   int64
}

// Webhook is an address of a site that hears of its events.
type Webhook struct {
	ID            string
	Site          SiteID
	URL           string
	Secrets       []string // whsec_…, newest first; each signs, so that a rotation needs no pause
	CreatedAt     time.Time
	FailingSince  time.Time // zero while the last delivery went well
	DisabledAt    time.Time // zero while it is used
	DisabledCause string
}

// DeliveryState is where a delivery stands.
type DeliveryState string

// The states of a delivery.
const (
	DeliveryDue    DeliveryState = "due"
	DeliveryDone   DeliveryState = "delivered"
	DeliveryFailed DeliveryState = "failed" // given up, may be replayed
)

// Delivery is one event on its way to one webhook.
type Delivery struct {
	ID         string
	Webhook    string
	Site       SiteID
	Event      Event
	State      DeliveryState
	Attempts   int
	NextAt     time.Time
	LastStatus int // HTTP status of the last attempt; 0 = none came
	LastError  string
	DoneAt     time.Time
}

// DueDelivery is a leased delivery with the webhook it goes to.
type DueDelivery struct {
	Delivery
	Token  string // of the lease
	Target Webhook
}

// DeliveryResult is what became of one attempt.
type DeliveryResult struct {
	ID      string // the delivery's
	Token   string // of the lease
	State   DeliveryState
	NextAt  time.Time // when State is DeliveryDue
	Status  int
	Error   string
	At      time.Time
	Disable string // not empty: the endpoint is disabled for this cause
}
