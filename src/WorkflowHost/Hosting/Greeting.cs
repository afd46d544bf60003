using System.Net;
using System.Net.Sockets;
using WorkflowEngine.Storage;

namespace WorkflowHost.Hosting;

/// <summary>Starts listening, says where in the first lines that people read, and waits for the end.</summary>
public static class Greeting
{
    private const int DefaultPort = 5080;

    /// <exception cref="StartupProblem">The port is taken.</exception>
    public static async Task RunAsync(WebApplication app, Installation installation, IConfiguration configuration)
    {
        var address = Address(configuration);
        app.Urls.Clear();
        foreach (var url in address.Split(';', StringSplitOptions.RemoveEmptyEntries)) app.Urls.Add(url);
        // Before the host starts: its own log would show a stack trace first.
        if (app.Urls.Any(IsTaken)) throw new StartupProblem(InUse(address));
        try
        {
            await app.StartAsync();
        }
        catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException or SocketException)
        {
            throw new StartupProblem(InUse(address), e);
        }

        Console.WriteLine();
        foreach (var url in app.Urls) Console.WriteLine($"  Kế hoạch Công đoàn   {url}   ({installation.Mode}, data in {installation.Place})");
        if (installation.Mode == Mode.Demo)
        {
            var url = app.Urls.First();
            Console.WriteLine($"  Demo accounts        {url}/sign-in   or   {url}/api/demo/accounts");
            Console.WriteLine($"  Caught mails         {url}/dev/mail");
        }

        Console.WriteLine("  Ctrl+C stops everything that was started here.");
        Console.WriteLine();
        await app.WaitForShutdownAsync();
    }

    /// <summary>Where it listens: the given addresses, or loopback at <c>PORT</c>.</summary>
    public static string Address(IConfiguration configuration) =>
        configuration["ASPNETCORE_URLS"] ?? configuration["urls"] ?? $"http://127.0.0.1:{Port(configuration["PORT"])}";

    private static string InUse(string address) => $"{address} is in use. Stop the other program or choose another port: PORT=5081 ./run";

    /// <summary>Whether somebody listens at this address of the machine; names and wildcards are left to the host itself.</summary>
    private static bool IsTaken(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || !IPAddress.TryParse(address.Host, out var machine)) return false;
        try
        {
            using var probe = new TcpListener(machine, address.Port);
            probe.Start();
            return false;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return true;
        }
    }

    private static int Port(string? text) => text switch
    {
        null or "" => DefaultPort,
        _ when int.TryParse(text, out var port) && port is > 0 and < 65536 => port,
        _ => throw new StartupProblem($"PORT is '{text}'; it must be a number from 1 to 65535."),
    };
}
