using Microsoft.AspNetCore.Http.HttpResults;

namespace WorkflowHost.Identity;

/// <summary><c>POST /api/sign-in</c>: name and password against a token for the Authorization header.</summary>
public static class SignInApi
{
    /// <summary>Adds the endpoint.</summary>
    public static void MapSignInApi(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/sign-in", SignIn).AllowAnonymous().DisableAntiforgery().WithName("SignIn")
            .WithSummary("Exchanges name and password for an access token that is good for eight hours");

    private static async Task<Results<Ok<Answer>, ProblemHttpResult>> SignIn(Question question, PersonSignIn signIn, AccessTokens tokens) =>
        await signIn.CheckAsync(question.UserName ?? "", question.Password ?? "") is { } person
            ? person.MustChangePassword ? RequirePasswordChange.Refuse() : TypedResults.Ok(new Answer(tokens.Issue(person)))
            : TypedResults.Problem(
                statusCode: StatusCodes.Status401Unauthorized,
                title: "The user name or the password is not right",
                detail: "After five wrong tries in a row an account is locked for 15 minutes.",
                type: "sign_in_refused",
                extensions: [KeyValuePair.Create<string, object?>("titleVi", "Tên đăng nhập hoặc mật khẩu chưa đúng; sai năm lần liền thì tài khoản bị khóa 15 phút")]);

    /// <summary>What is sent.</summary>
    public sealed record Question(string? UserName, string? Password);

    /// <summary>What is answered.</summary>
    public sealed record Answer(string AccessToken);
}
