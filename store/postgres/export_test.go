package postgres

import (
	"time"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store/internal/cursor"
)

// ClaimSQL is the claim of review items, for a look at its plan.
const ClaimSQL = claimSQL

// CommentCursor is the cursor of a site's list of comments at a time.
func CommentCursor(at time.Time, site string) string {
	return cursor.Encode(cursor.Position{N: at.UnixMicro(), ID: "ffffffff-ffff-ffff-ffff-ffffffffffff"},
		named(models.CommentQuery{Site: models.SiteID(site)})...)
}
