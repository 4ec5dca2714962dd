"use strict";
// The validator badge and remote references would ask the network: both stay off.
SwaggerUIBundle({ url: "openapi.json", dom_id: "#docs", deepLinking: true, validatorUrl: null });
