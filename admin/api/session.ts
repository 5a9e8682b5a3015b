/** Who is signed in, as `GET /session` answers. */
export interface Session {
  readonly systemuserid: string;
  readonly name: string;
  readonly isAdministrator: boolean;
  readonly csrf?: string;
}

/** The ways to sign in, as `GET /sign-in/methods` answers. */
export interface SignInMethods {
  readonly code: boolean;
  readonly password: boolean;
  readonly openId: { readonly name: string; readonly url: string } | null;
}
