using Microsoft.AspNetCore.Http;
using WorkflowEngine.Storage;

namespace WorkflowHost.Hosting;

/// <summary>
/// Address of the site as readers reach it: it stands before each link of a mail and a calendar. The setting <c>Workflows:PublicUrl</c>, else where the host
/// listens, as far as one can go there.
/// </summary>
public static class PublicUrl
{
    public const string Key = "Workflows:PublicUrl";

    private const string Needed = "Set Workflows__PublicUrl to the address by which readers reach the site, such as https://kehoach.example.vn.";

    /// <summary>The address, without a slash at the end.</summary>
    /// <exception cref="StartupProblem">It is no http or https address, or production listens everywhere and names no address.</exception>
    public static string Read(IConfiguration configuration, Mode mode)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (configuration[Key]?.Trim() is { Length: > 0 } given) return Checked(given) ?? throw new StartupProblem($"{Key} '{given}' is no http or https address. {Needed}");
        var first = Greeting.Address(configuration).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault() ?? "";
        return Listening(first, mode) ?? throw new StartupProblem($"The host listens at '{first}', where no reader can go. {Needed}");
    }

    /// <summary>Null: no address that leads somewhere. Who tries the demo on all addresses sits at this machine.</summary>
    private static string? Listening(string text, Mode mode)
    {
        try
        {
            var binding = BindingAddress.Parse(text);
            if (binding.IsUnixPipe || binding.IsNamedPipe) return null;
            if (binding.Host is not ("+" or "*" or "0.0.0.0" or "[::]")) return Checked(text);
            return mode == Mode.Production ? null : Checked($"{binding.Scheme}://localhost:{binding.Port}{binding.PathBase}");
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static string? Checked(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            && address.Host.Length > 0 && address.Query.Length == 0 && address.Fragment.Length == 0 && address.UserInfo.Length == 0 ? text.TrimEnd('/') : null;
}
