using Npgsql;
using WorkflowHost.Identity;
using WorkflowHost.Web;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton(_ => NpgsqlDataSource.Create(builder.Configuration.GetConnectionString("Workflows") ?? ""));
builder.AddIdentity();
builder.AddWeb();

var app = builder.Build();
app.UseWeb();
app.MapWeb();
app.Run();
