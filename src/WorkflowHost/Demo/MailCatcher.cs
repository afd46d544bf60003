using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace WorkflowHost.Demo;

/// <summary>
/// An SMTP server on loopback that delivers nothing: mails stay in memory (the newest 10,000) to be looked at. For the
/// demo and for tests. No TLS, no sign-in.
/// </summary>
public sealed class MailCatcher : IAsyncDisposable
{
    /// <summary>Older mails make room.</summary>
    public const int MostMails = 10_000;

    private readonly Func<DateTimeOffset> now;
    private readonly Lock gate = new();
    private readonly Queue<CaughtMail> mails = new();
    private readonly List<(Func<CaughtMail, bool> Wanted, TaskCompletionSource<CaughtMail> Found)> waiting = [];
    private readonly ConcurrentDictionary<TcpClient, Task> sessions = new();
    private TcpListener? listener;
    private Task accepting = Task.CompletedTask;
    private volatile CatcherState state = CatcherState.Down;

    private MailCatcher(Func<DateTimeOffset> now) => this.now = now;

    /// <summary>The port on 127.0.0.1; kept when the catcher goes down and comes up again.</summary>
    public int Port { get; private set; }

    /// <summary>The largest message taken, in bytes.</summary>
    public int SizeLimit { get; init; } = 25 * 1024 * 1024;

    /// <summary>What was caught, oldest first, as of now.</summary>
    public IReadOnlyList<CaughtMail> Mails
    {
        get
        {
            lock (gate) return [.. mails];
        }
    }

    /// <summary>How it behaves from now on.</summary>
    public CatcherState State => state;

    /// <summary>
    /// Begins to listen. <paramref name="now"/> gives the business time of a mail; port 0 takes a free one.
    /// Throws <see cref="SocketException"/> when the port is taken.
    /// </summary>
    public static MailCatcher Start(Func<DateTimeOffset> now, int port = 0)
    {
        var catcher = new MailCatcher(now) { Port = port, state = CatcherState.Accepting };
        catcher.Listen();
        return catcher;
    }

    /// <summary>Changes how it behaves; ends when the change is complete.</summary>
    public async Task Switch(CatcherState wanted)
    {
        var before = state;
        state = wanted;
        if (wanted == CatcherState.Down) await GoDown();
        else if (before == CatcherState.Down) Listen();
    }

    /// <summary>Forgets the mails.</summary>
    public void Clear()
    {
        lock (gate) mails.Clear();
    }

    /// <summary>The first mail that fits, caught already or to come.</summary>
    public Task<CaughtMail> WaitFor(Func<CaughtMail, bool> wanted, CancellationToken cancel = default)
    {
        lock (gate)
        {
            if (mails.FirstOrDefault(wanted) is { } there) return Task.FromResult(there);
            var found = new TaskCompletionSource<CaughtMail>(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Add((wanted, found));
            return found.Task.WaitAsync(cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        state = CatcherState.Down;
        await GoDown();
    }

    private void Listen()
    {
        listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = Accept(listener);
    }

    private async Task GoDown()
    {
        listener?.Stop();
        listener = null;
        await accepting;
        foreach (var (client, _) in sessions) client.Dispose();
        await Task.WhenAll(sessions.Values);
    }

    private async Task Accept(TcpListener from)
    {
        while (true)
        {
            TcpClient client;
            try
            {
                client = await from.AcceptTcpClientAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                if (listener == from) continue; // one connection failed, not the listener
                return;
            }
            client.NoDelay = true;
            // Entered before it runs, so that it cannot be gone before it is entered.
            var begin = new TaskCompletionSource();
            sessions[client] = Serve(client, begin.Task);
            begin.SetResult();
        }
    }

    private async Task Serve(TcpClient client, Task begin)
    {
        await begin;
        try
        {
            using (client) await new SmtpSession(client.GetStream(), this).Run();
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The sender went away, or we went down.
        }
        sessions.TryRemove(client, out _);
    }

    internal void Take(string sender, IReadOnlyList<string> recipients, byte[] raw)
    {
        var message = MimeMessage.Read(raw);
        var mail = new CaughtMail
        {
            To = recipients,
            From = message.Header("From") ?? sender,
            Subject = message.Header("Subject") ?? "",
            Text = message.Text ?? "",
            Html = message.Html,
            SentAt = now(),
            MessageId = message.Header("Message-ID") ?? "",
            Headers = message.Headers,
            Raw = raw,
        };
        Keep(mail);
    }

    internal void Keep(CaughtMail mail)
    {
        lock (gate)
        {
            mails.Enqueue(mail);
            if (mails.Count > MostMails) mails.Dequeue();
            foreach (var waiter in waiting.Where(w => w.Wanted(mail)).ToList())
            {
                waiter.Found.TrySetResult(mail);
                waiting.Remove(waiter);
            }
        }
    }
}
