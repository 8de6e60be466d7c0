export default function NotFound() {
  return (
    <main className="page">
      <h1 className="sentence">This is not here.</h1>
      <p>
        There is no such page or record, or it did not exist on the as-of day.{' '}
        <a href="/opportunities">Search the opportunities</a> or <a href="/">go to the Outlook</a>.
      </p>
    </main>
  );
}
