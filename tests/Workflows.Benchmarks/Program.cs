using Workflows.Benchmarks;

var cancellation = CancellationToken.None;
switch (args)
{
    case ["host", var connection]:
        await Spike.HostAsync(connection, cancellation);
        return 0;
    case ["spike", var connection, var units]:
        return await Spike.RunAsync(connection, int.Parse(units, System.Globalization.CultureInfo.InvariantCulture), cancellation);
    case ["cascade", var connection, var units]:
        return await CascadeOnly.RunAsync(connection, int.Parse(units, System.Globalization.CultureInfo.InvariantCulture), cancellation);
    default:
        Console.Error.WriteLine("usage: spike CONNECTION UNITS");
        return 2;
}
