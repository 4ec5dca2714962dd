"""Runs Google's Python client, which builds itself from our discovery document: BASE KEY TEXT."""

import json
import sys

from googleapiclient import discovery
from googleapiclient.errors import HttpError

base, key, text = sys.argv[1:]
client = discovery.build(
    "commentanalyzer",
    "v1alpha1",
    developerKey=key,
    discoveryServiceUrl=base + "/$discovery/rest?version=v1alpha1",
    static_discovery=False,
)
analyzed = client.comments().analyze(
    body={"comment": {"text": text}, "languages": ["en"], "requestedAttributes": {"TOXICITY": {}}}
).execute()
suggested = client.comments().suggestscore(
    body={"comment": {"text": text}, "clientToken": "c1", "attributeScores": {"TOXICITY": {"summaryScore": {"value": 1}}}}
).execute()
try:
    client.comments().analyze(body={"comment": {"text": ""}, "requestedAttributes": {"TOXICITY": {}}}).execute()
    refused = {}
except HttpError as error:
    refused = {"status": error.resp.status, "reason": error.reason}
print(json.dumps({"analyzed": analyzed, "suggested": suggested, "refused": refused}))
