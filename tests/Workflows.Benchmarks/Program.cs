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
        return await CascadeOnly.RunAsync(OwnServer.Open(connection), int.Parse(units, System.Globalization.CultureInfo.InvariantCulture), cancellation);
    case ["small"]:
        return await OwnServer.RunAsync(connection => Spike.RunAsync(connection, 2000, cancellation));
    default:
        Console.Error.WriteLine("usage: small | spike CONNECTION UNITS | cascade CONNECTION UNITS");
        return 2;
}
