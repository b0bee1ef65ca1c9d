// A certified OpenID Connect provider: `node identity.mjs PORT REDIRECT_URI`. Anyone signs in with any password.
import Provider from "oidc-provider";

const [port, redirectUri] = process.argv.slice(2);

const claimsOf = (name) => ({
  sub: `id-${name}`,
  preferred_username: name,
  email: `${name}@example.org`,
  email_verified: true,
  groups: ["it"],
});

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ client_id: "studio", client_secret: "a secret of tests", redirect_uris: [redirectUri] }],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["preferred_username", "groups"] },
  findAccount: (context, name) => ({ accountId: name, claims: async () => claimsOf(name) }),
  cookies: { keys: ["a key of tests"] },
  ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
});

provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
