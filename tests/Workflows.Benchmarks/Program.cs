using Workflows.Benchmarks;

var cancellation = CancellationToken.None;
switch (args)
{
    case ["host", var connection]:
        await Spike.HostAsync(connection, cancellation);
        return 0;
    case ["spike", var connection, var units]:
        return await Modes.SpikeAsync(connection, Number(units), bulk: false, cancellation);
    case ["bulk", var connection, var children]:
        return await Modes.SpikeAsync(connection, Number(children), bulk: true, cancellation);
    case ["cascade", var connection, var units]:
        return await Modes.CascadeAsync(connection, Number(units), cancellation);
    case ["steps", var connection, .. var instances]:
        return await Modes.StepsAsync(
            connection, instances is [var most, ..] ? Number(most) : 2_000, instances is [_, var only] ? [Number(only)] : Modes.EachBatch, cancellation);
    case ["waiting", var connection, .. var instances]:
        return await Modes.WaitingAsync(connection, instances is [var all] ? Number(all) : 1_000_000, cancellation);
    case ["http", var connection, .. var tasks]:
        return await Modes.HttpAsync(connection, tasks is [var many] ? Number(many) : 2_000, cancellation);
    case ["deadlines", var connection, .. var sizes]:
        var (deadlines, pending) = (sizes is [var some, ..] ? Number(some) : 120_000, sizes is [_, var others] ? Number(others) : 1_000_000);
        return connection == "-" ? await OwnServer.RunAsync(c => Modes.DeadlinesAsync(c, deadlines, pending, cancellation)) : await Modes.DeadlinesAsync(connection, deadlines, pending, cancellation);
    case ["memory"]:
        return Modes.Memory(2);
    case ["all", .. var given]:
        return given is [var server] ? await Modes.AllAsync(server, small: false, cancellation) : await OwnServer.RunAsync(c => Modes.AllAsync(c, small: false, cancellation));
    case ["small"]:
        return await OwnServer.RunAsync(connection => Modes.AllAsync(connection, small: true, cancellation));
    default:
        Console.Error.WriteLine("usage: small | all [CONNECTION] | cascade CONNECTION UNITS | spike CONNECTION UNITS | bulk CONNECTION CHILDREN | steps CONNECTION [INSTANCES [BATCH]] | waiting CONNECTION [INSTANCES] | deadlines CONNECTION|- [DEADLINES [PENDING]] | http CONNECTION [TASKS] | memory");
        return 2;
}

static int Number(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
