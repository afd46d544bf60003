using Microsoft.AspNetCore.DataProtection;
using WorkflowEngine.Running;
using WorkflowHost.Calendars;

namespace WorkflowHost.Email;

/// <summary>Registers the sending of mails: <c>Workflows:PublicUrl</c> stands before each link, the server is given.</summary>
public static class EmailSetup
{
    /// <param name="replyTo">From <see cref="SmtpSettings.ReadReplyTo"/>.</param>
    /// <param name="smtp">From <see cref="SmtpSettings.Read"/>, or the catcher's address in a demo.</param>
    public static IServiceCollection AddEmail(this IServiceCollection services, SmtpSettings smtp, string publicUrl, string? replyTo = null) => services
        .AddSingleton(smtp)
        .AddSingleton(new MailRenderer(publicUrl, replyTo))
        .AddSingleton(s => new UnsubscribeLinks(s.GetRequiredService<IDataProtectionProvider>(), publicUrl))
        .AddSingleton(new CalendarText(publicUrl.TrimEnd('/')))
        .AddSingleton<FeedGate>()
        .AddSingleton<TemplatePreview>()
        .AddSingleton<DrainOutbox>()
        .AddSingleton<SendDueMails>(s => s.GetRequiredService<DrainOutbox>().RunAsync);
}
