package admin

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store"
)

// Books administers charters, replies and queues.
type Books struct {
	Store store.Books
	Now   func() time.Time
}

// Book gives the book in force; version 0 is the default.
func (b *Books) Book(ctx context.Context, site models.SiteID) (models.SiteBook, error) {
	found, err := b.Store.Book(ctx, site)
	if models.KindOf(err) == models.NotFound {
		return models.SiteBook{Site: site, Book: DefaultBook()}, nil
	}
	return found, err
}

// SetBook checks a book and puts it in force. Base is the version it was made
// from, -1 to replace whatever is there. Entries without an id are given one.
func (b *Books) SetBook(ctx context.Context, site models.SiteID, book models.Book, base int64, by string) (models.SiteBook, error) {
	name(&book)
	if err := book.Validate(); err != nil {
		return models.SiteBook{}, err
	}
	if base < 0 {
		now, err := b.Book(ctx, site)
		if err != nil {
			return models.SiteBook{}, fmt.Errorf("set book: %w", err)
		}
		base = now.Version
	}
	made := models.SiteBook{Site: site, Book: book, By: by, At: b.Now()}
	var err error
	if made.Version, err = b.Store.AddBook(ctx, made, base); err != nil {
		return models.SiteBook{}, fmt.Errorf("set book: %w", err)
	}
	return made, nil
}

// name gives an id to entries that have none.
func name(b *models.Book) {
	taken := map[string]bool{}
	var blank []func(string)
	see := func(id *string) {
		if *id != "" {
			taken[*id] = true
			return
		}
		blank = append(blank, func(made string) { *id = made })
	}
	for i := range b.Charter {
		see(&b.Charter[i].ID)
	}
	for i := range b.Replies {
		see(&b.Replies[i].ID)
	}
	for i := range b.Queues {
		see(&b.Queues[i].ID)
	}
	n := 0
	for _, set := range blank {
		id := ""
		for id == "" || taken[id] {
			n++
			id = "e" + strconv.Itoa(n)
		}
		taken[id] = true
		set(id)
	}
}

// DefaultBook is what a site starts with: a charter that most could sign, and
// short replies in a human voice.
func DefaultBook() models.Book {
	return models.Book{
		Charter: []models.Sentence{
			{ID: "ideas", Text: models.Words{
				FR: "On s'en prend aux idées, jamais aux personnes.", EN: "Argue with ideas, never attack people.",
			}, Labels: []models.Label{models.Insult, models.Toxic, models.SevereToxic}},
			{ID: "groups", Text: models.Words{
				FR: "Personne n'est visé pour son origine, sa religion, son sexe, son orientation ou son handicap.",
				EN: "Nobody is targeted for their origin, religion, sex, orientation or disability.",
			}, Labels: []models.Label{models.IdentityAttack}},
			{ID: "threats", Text: models.Words{
				FR: "Ni menace, ni appel à la violence, même pour rire.", EN: "No threats and no calls for violence, not even as a joke.",
			}, Labels: []models.Label{models.Threat}},
			{ID: "language", Text: models.Words{
				FR: "On reste lisible par tous : pas d'obscénités ni de contenu sexuel.",
				EN: "Keep it fit for everybody: no obscenities, no sexual content.",
			}, Labels: []models.Label{models.Obscene, models.Sexual}},
			{ID: "adverts", Text: models.Words{
				FR: "Pas de publicité. Un lien utile est le bienvenu s'il répond au sujet.",
				EN: "No advertising. A useful link is welcome when it speaks to the subject.",
			}, Labels: []models.Label{models.Spam}},
			{ID: "private", Text: models.Words{
				FR: "On ne publie ni coordonnées ni données confidentielles, les siennes ou celles d'autrui.",
				EN: "No private details or confidential data, your own or anybody else's.",
			}, Labels: []models.Label{models.Leak}},
		},
		Replies: []models.Reply{
			{ID: "calm", Name: models.Words{FR: "Reformulez", EN: "Please reword"}, Text: models.Words{
				FR: "Bonjour, votre remarque nous intéresse, mais pas sous cette forme. Reformulez-la sans viser personne et nous la publierons volontiers.",
				EN: "Hello, we care about your point, but not in this form. Reword it without aiming at anybody and we will gladly publish it.",
			}, Sentence: "ideas"},
			{ID: "advert", Name: models.Words{FR: "Pas de publicité", EN: "No adverts"}, Text: models.Words{
				FR: "Bonjour, cet espace est réservé à la discussion. Nous n'avons pas gardé votre message, qui est surtout publicitaire.",
				EN: "Hello, this space is for discussion. We did not keep your message, which is mostly advertising.",
			}, Sentence: "adverts"},
			{ID: "private", Name: models.Words{FR: "Données personnelles", EN: "Private details"}, Text: models.Words{
				FR: "Bonjour, votre message contient des données personnelles. Nous l'avons mis de côté pour vous protéger : renvoyez-le sans elles.",
				EN: "Hello, your message contains private details. We set it aside to protect you: please send it again without them.",
			}, Sentence: "private"},
			{ID: "thanks", Name: models.Words{FR: "Question transmise", EN: "Passed on"}, Text: models.Words{
				FR: "Bonjour, merci pour votre question. Nous l'avons transmise à la bonne personne, qui vous répondra ici.",
				EN: "Hello, thank you for asking. We passed it on to the right person, who will answer you here.",
			}},
		},
		Queues: []models.NamedQueue{
			{ID: "support", Name: models.Words{FR: "Service client", EN: "Support"}, Topics: []string{"question", "complaint"}},
			{ID: "bugs", Name: models.Words{FR: "Développeurs", EN: "Developers"}, Topics: []string{"bug"}},
			{ID: "press", Name: models.Words{FR: "Presse", EN: "Press"}, Topics: []string{"press"}},
			{ID: "head", Name: models.Words{FR: "Responsable", EN: "Manager"}, Labels: []models.Label{models.Threat, models.Distress}},
		},
	}
}
