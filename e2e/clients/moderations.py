"""Runs PyPI's openai: BASE KEY PRAISE INSULT."""

import json
import sys

import openai

base, key, praise, insult = sys.argv[1:]
client = openai.OpenAI(base_url=base + "/v1", api_key=key, max_retries=0)


def refused(call):
    try:
        call()
    except openai.APIStatusError as error:
        return f"{type(error).__name__} {error.status_code} {error.code}"
    return ""


answer = client.moderations.with_raw_response.create(model="omni-moderation-latest", input=[praise, insult])
listed = answer.parse()
one = client.moderations.create(input=insult)
parts = client.moderations.create(
    input=[
        {"type": "text", "text": insult},
        {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}},
    ]
)
nobody = openai.OpenAI(base_url=base + "/v1", api_key="sk-nobody", max_retries=0)
print(
    json.dumps(
        {
            "id": listed.id,
            "flagged": [r.flagged for r in listed.results],
            "harassment": one.results[0].category_scores.harassment,
            "categories": len(one.results[0].categories.to_dict()),
            "parts": len(parts.results),
            "warning": answer.headers.get("x-moderation-warning", ""),
            "request": answer.headers.get("x-request-id", ""),
            "models": [m.id for m in client.models.list()],
            "badKey": refused(lambda: nobody.moderations.create(input="x")),
            "badModel": refused(lambda: client.moderations.create(model="gpt-4o", input="x")),
            "badInput": refused(lambda: client.moderations.create(input=[])),
        }
    )
)
