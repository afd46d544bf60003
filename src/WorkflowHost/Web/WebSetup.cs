using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.WebEncoders;
using WorkflowHost.Api;
using WorkflowHost.Identity;

namespace WorkflowHost.Web;

/// <summary>The web's three parts: what it needs, the way of a request, the addresses.</summary>
public static class WebSetup
{
    /// <summary>
    /// Services of the pages. Register <see cref="ShellSettings"/>, <see cref="ReadNavigation"/> and
    /// <see cref="ReadDemoClock"/> before (or after, the last one wins) to fill the frame.
    /// </summary>
    public static void AddWeb(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(server => server.AddServerHeader = false);
        var services = builder.Services;
        services.TryAddSingleton(ShellSettings.From(builder.Configuration));
        services.TryAddSingleton<ReadNavigation>(_ => Task.FromResult(Navigation.Empty));
        services.TryAddSingleton<ReadDemoClock>(_ => Task.FromResult<DemoClock?>(null));
        services.TryAddSingleton<ReadTaskHint>(_ => (_, _) => Task.FromResult<TaskHint?>(null));
        services.AddSingleton<Texts>();

        // Vietnamese letters as letters: the default writes each as an entity.
        services.Configure<WebEncoderOptions>(options => options.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
        services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.Encoder = JavaScriptEncoder.Create(UnicodeRanges.All);
            options.SerializerOptions.Converters.Add(new JsonDay());
            options.SerializerOptions.Converters.Add(new JsonInstant());
        });
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddProblemDetails();
        services.AddExceptionHandler<UnreadableRequest>();
        services.AddExceptionHandler<UnstorableText>();
        // Pages only, also over TLS: the tokens in them are masked anew for each answer, and the session's cookie comes with no request that another site
        // makes unseen (SameSite), so that nobody can guess by the length of answers. Programs get their JSON as it is.
        services.AddResponseCompression(options => (options.EnableForHttps, options.MimeTypes) = (true, ["text/html"]));
        services.AddAntiforgery(options =>
        {
            options.HeaderName = "RequestVerificationToken";
            options.Cookie.Name = "workflows.antiforgery";
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            // Ours says frame-ancestors 'none' and DENY for every answer.
            options.SuppressXFrameOptionsHeader = true;
        });
        // Every page needs a sign-in unless it says [AllowAnonymous].
        services.AddRazorPages(options => options.Conventions.AuthorizeFolder("/")).AddMvcOptions(options => options.Filters.Add(new RefuseTooLarge()));
    }

    /// <summary>The way of a request, outermost first. Ends with antiforgery: what follows may trust the person.</summary>
    public static void UseWeb(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseMiddleware<SecurityHeaders>();
        // Pages of a status stand outside: also what an exception handler answers without a body gets its page.
        app.UseWhen(context => IdentitySetup.IsProgram(context.Request), programs =>
        {
            programs.UseStatusCodePages();
            programs.UseExceptionHandler();
        });
        app.UseWhen(context => !IdentitySetup.IsProgram(context.Request), pages =>
        {
            pages.UseResponseCompression();
            pages.UseStatusCodePagesWithReExecute("/error/{0}");
            pages.UseExceptionHandler("/error/500");
        });
        SlashInIds.Around(app, way => way.UseRouting());
        app.UseAuthentication();
        app.UseMiddleware<ChooseLanguage>();
        app.UseAuthorization();
        app.UseMiddleware<RequirePasswordChange>();
        app.UseMiddleware<RequireAntiforgery>();
        app.UseMiddleware<StepIn>();
        app.Use(UnreadableRequest.RefuseAsync);
    }

    /// <summary>The addresses.</summary>
    public static void MapWeb(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapStaticAssets();
        app.MapRazorPages().WithStaticAssets();
        app.MapSignInApi();
    }
}
