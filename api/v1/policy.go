package v1

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/access"
	"github.com/tamis-moderation/tamis/api/body"
	"github.com/tamis-moderation/tamis/api/problem"
	"github.com/tamis-moderation/tamis/models"
)

// newestBase is the base of a change that doesn't say what it changes.
const newestBase = -1

// policyOut is one version of a ruleset. Version 0 is the built-in default.
type policyOut struct {
	Version int64          `json:"version"`
	Ruleset models.Ruleset `json:"ruleset"`
	By      *string        `json:"by"`
	At      *time.Time     `json:"at"`
}

// policyIn is a ruleset, alone or as it was shown.
type policyIn struct {
	Ruleset json.RawMessage `json:"ruleset"`
}

func newPolicyOut(p models.Policy) policyOut {
	return policyOut{Version: p.Version, Ruleset: p.Ruleset, By: orNull(p.By), At: timeOrNull(p.At)}
}

// policy shows the ruleset in force.
//
//	@ID		getPolicy
//	@Summary	Show the ruleset in force
//	@Tags		administration
//	@Produce	json
//	@Success	200	{object}	policyOut
//	@Header		200	{string}	ETag	"The version, for If-Match"
//	@Failure	401,403,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/policy [get]
func (a *API) policy(g *gin.Context) {
	p, err := a.Policies.Policy(g.Request.Context(), access.Key(g).Site)
	if err != nil {
		problem.Write(g, err)
		return
	}
	g.Header("ETag", etag(p.Version))
	respond(g, http.StatusOK, newPolicyOut(p))
}

// setPolicy replaces the ruleset.
//
//	@ID			setPolicy
//	@Summary		Replace the ruleset
//	@Description	The body is a ruleset, or an answer of GET with its `ruleset` changed. All faults are told at once.
//	@Tags			administration
//	@Accept			json
//	@Produce		json
//	@Param			body		body		models.Ruleset	true	"The ruleset; its JSON Schema is at /v1/policy/schema"
//	@Param			If-Match	header		string			false	"The ETag of the version that is changed"
//	@Success		200			{object}	policyOut
//	@Header			200			{string}	ETag	"The version made"
//	@Failure		400,401,403,409,412,413,415,422,429,500,503	{object}	problem.Document
//	@Security		key
//	@Router			/v1/policy [put]
func (a *API) setPolicy(g *gin.Context) {
	raw, err := rulesetOf(g)
	if err != nil {
		problem.Write(g, err)
		return
	}
	base, err := ifMatch(g.Request.Header)
	if err != nil {
		problem.Write(g, err)
		return
	}
	p, err := a.Policies.SetPolicy(g.Request.Context(), access.Key(g).Site, raw, base, access.By(g))
	if base != newestBase && models.KindOf(err) == models.Conflict {
		problem.WriteStatus(g, http.StatusPreconditionFailed, "precondition-failed", "the policy was changed since that version")
		return
	}
	if err != nil {
		problem.Write(g, err)
		return
	}
	g.Header("ETag", etag(p.Version))
	respond(g, http.StatusOK, newPolicyOut(p))
}

// policyVersions lists the versions there were.
//
//	@ID			listPolicyVersions
//	@Summary		List the versions of the ruleset, the newest first
//	@Description	The last hundred. Version 0, the built-in default, is not among them.
//	@Tags			administration
//	@Produce		json
//	@Success		200	{object}	page[policyOut]
//	@Failure		401,403,429,500,503	{object}	problem.Document
//	@Security		key
//	@Router			/v1/policy/versions [get]
func (a *API) policyVersions(g *gin.Context) {
	found, err := a.PolicyVersions.History(g.Request.Context(), access.Key(g).Site)
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, listOf(found, newPolicyOut))
}

// policyVersion shows one version.
//
//	@ID		getPolicyVersion
//	@Summary	Show a version of the ruleset; 0 is the built-in default
//	@Tags		administration
//	@Produce	json
//	@Param		version	path		int	true	"The version"	minimum(0)
//	@Success	200		{object}	policyOut
//	@Failure	401,403,404,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/policy/versions/{version} [get]
func (a *API) policyVersion(g *gin.Context) {
	n, err := versionIn(g)
	if err != nil {
		problem.Write(g, err)
		return
	}
	p, err := a.PolicyVersions.PolicyVersion(g.Request.Context(), access.Key(g).Site, n)
	if err != nil {
		problem.Write(g, err)
		return
	}
	respond(g, http.StatusOK, newPolicyOut(p))
}

// restorePolicy puts an older version in force.
//
//	@ID		restorePolicy
//	@Summary	Put an older version of the ruleset in force, as a new one
//	@Tags		administration
//	@Produce	json
//	@Param		version			path		int		true	"The version"	minimum(0)
//	@Param		Idempotency-Key	header		string	false	"Repeats of the request get the first answer; up to 255 characters"
//	@Success	200				{object}	policyOut
//	@Header		200				{string}	ETag	"The version made"
//	@Failure	401,403,404,409,422,429,500,503	{object}	problem.Document
//	@Security	key
//	@Router		/v1/policy/versions/{version}/restore [post]
func (a *API) restorePolicy(g *gin.Context) {
	n, err := versionIn(g)
	if err != nil {
		problem.Write(g, err)
		return
	}
	p, err := a.PolicyVersions.Restore(g.Request.Context(), access.Key(g).Site, n, access.By(g))
	if err != nil {
		problem.Write(g, err)
		return
	}
	g.Header("ETag", etag(p.Version))
	respond(g, http.StatusOK, newPolicyOut(p))
}

// versionIn reads which version the address names.
func versionIn(g *gin.Context) (int64, error) {
	n, err := strconv.ParseInt(g.Param("version"), 10, 64)
	if err != nil || n < 0 {
		return 0, models.Errorf(models.NotFound, "there is no such version")
	}
	return n, nil
}

// policySchema shows the JSON Schema of rulesets, for editors.
//
//	@ID		getPolicySchema
//	@Summary	The JSON Schema of rulesets
//	@Tags		administration
//	@Produce	application/schema+json
//	@Success	200	{object}	object
//	@Router		/v1/policy/schema [get]
func (a *API) policySchema(g *gin.Context) {
	g.Data(http.StatusOK, "application/schema+json", a.Schema)
}

// rulesetOf gives the ruleset of the body as it was sent; it is checked where
// rulesets are known.
func rulesetOf(g *gin.Context) ([]byte, error) {
	raw, err := body.Read(g, body.Limit)
	if err != nil {
		return nil, err
	}
	var in policyIn
	if err := body.Decode(raw, &in); err != nil {
		return nil, err
	}
	if in.Ruleset != nil {
		return in.Ruleset, nil
	}
	return raw, nil
}

func etag(version int64) string { return strconv.Quote(strconv.FormatInt(version, 10)) }

// ifMatch reads the version that a change starts from.
func ifMatch(h http.Header) (int64, error) {
	raw := strings.TrimSpace(h.Get("If-Match"))
	if raw == "" || raw == "*" {
		return newestBase, nil
	}
	version, err := strconv.ParseInt(strings.Trim(strings.TrimPrefix(raw, "W/"), `"`), 10, 64)
	if err != nil || version < 0 {
		return 0, models.Fields(models.FieldError{Field: "If-Match", Detail: `must be the ETag of a version, such as "3"`})
	}
	return version, nil
}
