using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace WorkflowHost.Identity;

/// <summary>Who is there: persons, sessions, tokens, keys. Needs an <see cref="NpgsqlDataSource"/> in the container.</summary>
public static class IdentitySetup
{
    /// <summary>The name of the session's cookie.</summary>
    public const string SessionCookie = "workflows.session";

    private const string CookieOrBearer = "CookieOrBearer";

    /// <summary>Every registration, in reading order.</summary>
    public static void AddIdentity(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddHttpContextAccessor();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ReadDemoAccounts>(_ => Task.FromResult<IReadOnlyList<DemoAccount>>([]));

        services.AddIdentityCore<Person>(options =>
            {
                options.Lockout.MaxFailedAccessAttempts = 5;
                options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(15);
                // Length, not kinds of letters: NIST SP 800-63B.
                options.Password.RequiredLength = 10;
                options.Password.RequireDigit = options.Password.RequireLowercase = false;
                options.Password.RequireUppercase = options.Password.RequireNonAlphanumeric = false;
            })
            .AddUserStore<PersonStore>()
            .AddPasswordValidator<PasswordRules>()
            .AddClaimsPrincipalFactory<PersonClaims>()
            .AddSignInManager<PersonSignIn>();
        services.AddScoped(provider => (PersonSignIn)provider.GetRequiredService<SignInManager<Person>>());
        services.Configure<SecurityStampValidatorOptions>(options => options.ValidationInterval = TimeSpan.FromMinutes(1));
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<IPasswordHasher<Person>, PasswordHasher<Person>>();
        services.AddSingleton<OneTimePassword>();
        services.AddSingleton<FirstAdministrator>();

        services.AddAuthentication(CookieOrBearer)
            .AddPolicyScheme(CookieOrBearer, null, options => options.ForwardDefaultSelector = context =>
                BearerTokens.IsIn(context.Request) ? BearerTokens.SchemeName : IdentityConstants.ApplicationScheme)
            .AddScheme<AuthenticationSchemeOptions, BearerTokens>(BearerTokens.SchemeName, null)
            .AddCookie(IdentityConstants.ApplicationScheme, SetUpSession);
        services.AddAuthorization();

        var protection = services.AddDataProtection().SetApplicationName("Workflows");
        if (KeyCertificate.Read(builder.Configuration) is { } certificate) protection.ProtectKeysWithCertificate(certificate);
        // Each new key would warn that it is stored in clear. Production says so once at start, with the remedy; a demo's keys protect public passwords.
        else builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager", LogLevel.Error);
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider => new ConfigureOptions<KeyManagementOptions>(
            options => options.XmlRepository = new PostgresKeys(provider.GetRequiredService<NpgsqlDataSource>())));
    }

    private static void SetUpSession(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = SessionCookie;
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        // Behind a proxy that ends TLS the forwarded scheme decides; loopback without TLS stays usable.
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.ExpireTimeSpan = TimeSpan.FromHours(8);
        options.SlidingExpiration = true;
        options.LoginPath = "/sign-in";
        options.AccessDeniedPath = "/error/403";
        options.ReturnUrlParameter = "returnUrl";
        options.Events.OnValidatePrincipal = SecurityStampValidator.ValidatePrincipalAsync;
        options.Events.OnRedirectToLogin = context =>
        {
            if (IsProgram(context.Request))
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return Task.CompletedTask;
            }
            // A session's cookie that is no longer good: say so instead of showing a bare form.
            var ended = context.Request.Cookies.ContainsKey(SessionCookie) ? "&ended=true" : "";
            context.Response.Redirect(context.RedirectUri + ended);
            return Task.CompletedTask;
        };
        options.Events.OnRedirectToAccessDenied = context =>
        {
            // The page of status 403 is written in place, so that the address stays.
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        };
    }

    /// <summary>Whether the caller wants a status instead of a page: an API address or a script's fetch.</summary>
    public static bool IsProgram(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
            || request.Path.StartsWithSegments("/elsa", StringComparison.OrdinalIgnoreCase)
            || request.Path.StartsWithSegments("/workflows", StringComparison.OrdinalIgnoreCase)
            || request.Headers["X-Requested-With"] == "fetch";
    }
}
